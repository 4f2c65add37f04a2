FROM nginx:
FROM Nginx:1.27.3
