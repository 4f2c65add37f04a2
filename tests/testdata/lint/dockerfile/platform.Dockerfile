FROM --platform=$BUILDPLATFORM golang:1.23 AS build
FROM --platform=linux/arm64 gcr.io/distroless/static
