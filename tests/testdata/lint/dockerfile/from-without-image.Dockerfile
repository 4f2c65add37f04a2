FROM
FROM nginx:1.27.3 web
