FROM alpine:3.20.3
RUN <<EOF
FROM not-an-image
EOF
RUN <<-"END" sh
	FROM not-an-image
	END
COPY <<one <<two /etc/
FROM not-an-image
one
FROM not-an-image
two
FROM debian
