FROM alpine:3.20.3
COPPY a b
{{ if .Debug }}
FROM debian:12.5.0
