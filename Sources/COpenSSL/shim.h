// OpenSSL 3: TLS (libssl), keys and signatures (libcrypto); and what Swift cannot reach without a C line:
// macros that compute.
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// For servers: what weakens TLS is off, and the server's order of ciphers counts, but for clients that
// prefer ChaCha20 since they have no AES in hardware.
static inline void copenssl_set_server_options(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
}

static inline void copenssl_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void copenssl_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

// The reason in a number of OpenSSL's queue of errors.
static inline int copenssl_reason(unsigned long error) { return ERR_GET_REASON(error); }
