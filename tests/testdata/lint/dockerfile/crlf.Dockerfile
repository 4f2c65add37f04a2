FROM nginx:1.27.3 \
  AS web
FROM alpine
