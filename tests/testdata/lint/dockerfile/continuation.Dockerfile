FROM \
  # which one
  nginx:1.27.3 \

  AS web
COPY --from=busy\
box:1.36.1 /a /b
RUN apt-get update && \
    FROM=not-an-image make
FROM alpine \
