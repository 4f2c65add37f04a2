FROM alpine:3.20.3
ADD --from=busybox /a /b
