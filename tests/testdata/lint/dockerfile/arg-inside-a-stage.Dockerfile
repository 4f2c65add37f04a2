FROM alpine:3.20.3
ARG TAG=1.27.3
FROM nginx:${TAG}
