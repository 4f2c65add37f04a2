FROM alpine:3.20.3
COPY --from=busybox:1.36.1 /bin/busybox /bin/
COPY --chown=1:1 --from="nginx" /etc/nginx /etc/nginx
