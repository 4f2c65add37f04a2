FROM scratch
COPY app /app

FROM scratch:1
