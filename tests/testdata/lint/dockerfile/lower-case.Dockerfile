from nginx as web
copy --from=busybox /a /b
