-- Prosody for `cargo xtask interop`, which puts the words between @ in.
data_path = "@HERE@/data"
pidfile = "@HERE@/prosody.pid"
certificates = "@HERE@"
log = { debug = "*console" }

interfaces = { "127.0.0.1" }
c2s_ports = { @PORT@ }
c2s_direct_tls_ports = { @TLS_PORT@ }
s2s_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "saslauth", "tls", "roster", "disco" }
modules_disabled = { "s2s" }

c2s_require_encryption = false
allow_unencrypted_plain_auth = true
ssl = { key = "@HERE@/server.key", certificate = "@HERE@/server.pem" }
c2s_direct_tls_ssl = ssl

-- All forms of SCRAM can be had from clear text only.
VirtualHost "localhost"
  authentication = "internal_plain"
VirtualHost "anon.localhost"
  authentication = "anonymous"
