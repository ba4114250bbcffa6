#include "isns-server/api/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <vector>

#include "shared/mgmt/private_key.h"

namespace api {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Certificate = std::unique_ptr<X509, X509Free>;

Bio bioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::vector<Certificate> certificatesOf(const std::string& pem) {
  std::vector<Certificate> all;
  const Bio bio = bioOf(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  ERR_clear_error();  // the end of the text
  return all;
}

// Set in an SSL object whose client showed a certificate that does not hold.
int refusedSlot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

// OpenSSL judges as ever; but a certificate that does not hold ends no handshake. Who shows one hears why in an answer,
// and it can be recorded; shownBy() never takes it for proof. That the client has its key is still to be shown (RFC
// 8446 4.4.3): with a key of a kind that our certificates do not have, that could cost the loop a lot, and ends the
// handshake. What OpenSSL noted about the certificate would look like an error of the connection.
int judgeClient(X509_STORE_CTX* judged, void*) {
  X509* const shown = X509_STORE_CTX_get0_cert(judged);
  if (shown == nullptr || !mgmt::keyProblem(X509_get0_pubkey(shown)).empty()) {
    X509_STORE_CTX_set_error(judged, X509_V_ERR_EE_KEY_TOO_SMALL);  // the client is told that its certificate is bad
    return 0;
  }
  ERR_set_mark();
  const bool holds = X509_verify_cert(judged) == 1 && X509_STORE_CTX_get_error(judged) == X509_V_OK;
  ERR_pop_to_mark();
  if (holds) return 1;
  if (X509_STORE_CTX_get_error(judged) == X509_V_OK) X509_STORE_CTX_set_error(judged, X509_V_ERR_UNSPECIFIED);
  auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(judged, SSL_get_ex_data_X509_STORE_CTX_idx()));
  static int mark = 0;
  return ssl != nullptr && SSL_set_ex_data(ssl, refusedSlot(), &mark) == 1 ? 1 : 0;
}

}  // namespace

void TlsContextFree::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

base::Result<TlsContext> tlsContextOf(const TlsIdentity& identity) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return base::fail("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // A ticket would let a client back in without its certificate being looked at again.
  SSL_CTX_set_num_tickets(context.get(), 0);
  const auto chain = certificatesOf(identity.certificate);
  if (chain.empty()) return base::fail("the server's certificate cannot be read");
  if (SSL_CTX_use_certificate(context.get(), chain[0].get()) != 1) return base::fail("the server's certificate cannot be used");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) != 1) return base::fail("the server's certificate chain cannot be used");
  }
  const Bio keyBio = bioOf(identity.key);
  const std::unique_ptr<EVP_PKEY, KeyFree> key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
    return base::fail("the server's key cannot be read or is not that of its certificate");
  }
  if (identity.clientCa.empty()) return context;
  X509_STORE* const store = SSL_CTX_get_cert_store(context.get());
  for (const Certificate& ca : certificatesOf(identity.clientCa)) {
    X509_STORE_add_cert(store, ca.get());
    SSL_CTX_add_client_CA(context.get(), ca.get());
  }
  // Asked for, not demanded: people come with a password or a token.
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), judgeClient, nullptr);
  return context;
}

ShownCertificate shownBy(SSL* connection) {
  ShownCertificate all;
  const Certificate shown(SSL_get1_peer_certificate(connection));
  if (!shown) return all;
  const bool holds = SSL_get_verify_result(connection) == X509_V_OK && SSL_get_ex_data(connection, refusedSlot()) == nullptr;
  unsigned char* der = nullptr;
  const int size = i2d_X509(shown.get(), &der);
  if (size > 0) (holds ? all.holds : all.refused).assign(der, der + size);
  OPENSSL_free(der);
  return all;
}

}  // namespace api
