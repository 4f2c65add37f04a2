FROM alpine:3.20.3
RUN cat<<EOF
CMD <<EOF
FROM debian
