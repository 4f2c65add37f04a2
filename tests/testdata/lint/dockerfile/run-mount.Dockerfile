FROM alpine:3.20.3 AS base
RUN --mount=type=bind,from=golang:1.23,target=/go --mount=type=cache,target=/c ls
RUN --mount=type=bind,from=base,target=/base ls
RUN --mount='type=bind,"from=busybox:1.36.1",target=/b' ls
RUN --mount=type=tmpfs,from=ignored,target=/t ls
