FROM alpine:3.20.3
ONBUILD FROM busybox
