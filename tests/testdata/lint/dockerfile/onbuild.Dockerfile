FROM alpine:3.20.3 AS base
ONBUILD COPY --from=busybox /bin/busybox /bin/
ONBUILD RUN --mount=from=golang:1.23.4,target=/go ls
ONBUILD COPY --from=base /a /b
