#include "shared/mgmt/chain_check.h"

#include <openssl/err.h>

#include <array>

#include "shared/mgmt/openssl_handles.h"

namespace mgmt {
namespace {

constexpr std::array<std::string_view, 11> kTexts{
    "the certificate is accepted",
    "no certificate was shown",
    "the chain of certificates is too long",
    "the certificate is signed by itself and not by the authority of this SAN",
    "the certificate is of an authority that is not trusted here",
    "the certificate is not signed by the authority that it names",
    "the certificate has expired",
    "the certificate is not valid yet",
    "the certificate is not made for this use",
    "the certificate has a weak key or signature",
    "the certificate is malformed",
};

ChainFault faultOf(int code) {
  switch (code) {
    case X509_V_OK:
      return ChainFault::None;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ChainFault::Expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ChainFault::NotYetValid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return ChainFault::SelfMade;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return ChainFault::ForeignAuthority;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return ChainFault::BadSignature;
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return ChainFault::WrongUsage;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return ChainFault::WeakKey;
    default:
      return ChainFault::Malformed;
  }
}

// A certificate that states no usage is taken by OpenSSL for every one; not so here.
bool isMadeFor(const Certificate& leaf, Usage usage) {
  const std::uint32_t flags = X509_get_extension_flags(leaf.get());
  const std::uint32_t wanted = usage == Usage::Client ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
  return (flags & EXFLAG_XKUSAGE) != 0 && X509_get_extended_key_usage(leaf.get()) == wanted && (flags & EXFLAG_CA) == 0;
}

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

ChainFault verify(std::span<const Certificate> chain, std::span<const Certificate> roots, Usage usage,
                  base::WallTime now) {
  const StoreHandle store(X509_STORE_new());
  const StoreContextHandle context(X509_STORE_CTX_new());
  const std::unique_ptr<STACK_OF(X509), FreeStack> others(sk_X509_new_null());
  if (!store || !context || !others) return ChainFault::Malformed;
  for (const Certificate& root : roots) (void)X509_STORE_add_cert(store.get(), root.get());
  // Without the roots that a peer shows: OpenSSL would take one for the issuer and so miss its cross certificate.
  for (const Certificate& other : chain.subspan(1)) {
    if ((X509_get_extension_flags(other.get()) & EXFLAG_SI) == 0) (void)sk_X509_push(others.get(), other.get());
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), chain[0].get(), others.get()) != 1) return ChainFault::Malformed;
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, base::unixSeconds(now));
  X509_VERIFY_PARAM_set_purpose(rules, usage == Usage::Client ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(kMaxChain));
  X509_VERIFY_PARAM_set_auth_level(rules, 2);  // 112 bits of strength
  if (X509_verify_cert(context.get()) == 1) return ChainFault::None;
  const ChainFault fault = faultOf(X509_STORE_CTX_get_error(context.get()));
  return fault == ChainFault::None ? ChainFault::Malformed : fault;
}

}  // namespace

std::string_view chainFaultText(ChainFault fault) { return kTexts[static_cast<std::size_t>(fault)]; }

ChainFault checkChain(std::span<const Certificate> chain, std::span<const Certificate> roots, Usage usage,
                      base::WallTime now) {
  if (chain.empty()) return ChainFault::Missing;
  if (chain.size() > kMaxChain) return ChainFault::TooLong;
  // A trusted root is trusted to issue, not to speak for anybody: OpenSSL would take it for a leaf.
  const ChainFault fault = verify(chain, roots, usage, now);
  ERR_clear_error();
  if (fault != ChainFault::None) return fault;
  return isMadeFor(chain[0], usage) ? ChainFault::None : ChainFault::WrongUsage;
}

}  // namespace mgmt
