#include "shared/mgmt/certificate_request.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "shared/base/utf8.h"
#include "shared/mgmt/openssl_handles.h"

namespace mgmt {
namespace {

int noPassphrase(char*, int, int, void*) { return -1; }

X509_REQ* parse(base::ByteView bytes) {
  constexpr std::uint8_t kSequence = 0x30;
  if (!bytes.empty() && bytes[0] == kSequence) {
    const std::uint8_t* at = bytes.data();
    RequestHandle request(d2i_X509_REQ(nullptr, &at, static_cast<long>(bytes.size())));
    return at == bytes.data() + bytes.size() ? request.release() : nullptr;
  }
  const BioHandle in(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  return in ? PEM_read_bio_X509_REQ(in.get(), nullptr, noPassphrase, nullptr) : nullptr;
}

}  // namespace

base::Result<CertificateRequest> CertificateRequest::read(base::ByteView bytes) {
  if (bytes.size() > kMaxRequestBytes) return base::fail("the certificate request is longer than 16 KiB");
  const std::shared_ptr<X509_REQ> request(parse(bytes), X509_REQ_free);
  ERR_clear_error();
  if (!request) return base::fail("not a certificate request (PKCS#10) in PEM or DER");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  const std::string problem = keyProblem(key);
  const bool proven = problem.empty() && X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!problem.empty()) return base::fail("the certificate request is refused: " + problem);
  if (!proven) return base::fail("the certificate request is not signed by its own key");
  return CertificateRequest(request);
}

EVP_PKEY* CertificateRequest::publicKey() const { return X509_REQ_get0_pubkey(request_.get()); }

bool addCommonName(X509_NAME* name, std::string_view text) {
  constexpr std::size_t kMaxCommonName = 64;
  text = text.substr(0, kMaxCommonName);
  while (!text.empty() && !base::isUtf8(text)) text.remove_suffix(1);
  if (text.empty()) text = "(no name)";
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<int>(text.size()),
                                    -1, 0) == 1;
}

base::Result<std::string> makeCertificateRequest(const PrivateKey& key, std::string_view commonName) {
  const RequestHandle request(X509_REQ_new());
  const BioHandle out(BIO_new(BIO_s_mem()));
  const bool made = request && out && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    addCommonName(X509_REQ_get_subject_name(request.get()), commonName) &&
                    X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                    X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0 &&
                    PEM_write_bio_X509_REQ(out.get(), request.get()) == 1;
  ERR_clear_error();
  if (!made) return base::fail("OpenSSL made no certificate request");
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace mgmt
