openssl x509 -in publisher.pem -noout -subject -dates -fingerprint -sha256
