RUN ls
COPY --from=busybox /a /b
FROM alpine:3.20.3
