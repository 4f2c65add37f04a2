FROM alpine:3.20.3
FROM debian:12.5.0
RUN --mount=from=0,target=/x ls
