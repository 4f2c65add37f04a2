FROM alpine:3.20.3
COPY --from=3 /bin/x /bin/x
