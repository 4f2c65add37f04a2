ARG TAG=1.36.1
FROM alpine:3.20.3
COPY --from=busybox:${TAG} /bin/busybox /bin/
