FROM alpine:3.20.3
COPY --from busybox /bin/busybox /bin/
