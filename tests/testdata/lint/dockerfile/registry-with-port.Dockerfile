FROM registry.example.com:5000/web/app
FROM registry.example.com:5000/web/app:1.4.2
