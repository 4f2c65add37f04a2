FROM alpine:3.20.3
RUN <<EOF
echo x
FROM debian
