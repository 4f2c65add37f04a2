FROM golang:1.23.4 AS Builder
FROM scratch
COPY --from=BUILDER /app /app
