// buildEvidence: an evidence pack of rows and texts, signed; one file that an auditor can check offline.
//
// The pack (shared/evidence/manifest.h): manifest.json, manifest.sig, signer.pem, README.txt, summary.pdf,
// evidence.json (texts, sources, findings), population.csv, population.jsonl, findings.csv, sources.csv. The same input
// and key give the same bytes: every time in it is the data cut's, Ed25519 takes no random number, the fonts are in the
// program.
//
// Memory: the whole archive and once more its largest table. Errors: too many rows (evidence_input.h), more bytes than
// a tar entry or a PDF can have. Pure; the caller stores the bytes and seals the audit record evidence.created.
#pragma once

#include "isns-server/manage/evidence/evidence_input.h"
#include "shared/base/result.h"
#include "shared/evidence/signing.h"

namespace manage {

struct EvidencePack {
  base::Bytes archive;
  evidence::Manifest manifest;
  evidence::Digest manifestHash{};  // for the audit record
  std::string fileName;             // "NAME-rREVISION.sanctum-evidence.tar"
};

base::Result<EvidencePack> buildEvidence(const EvidenceInput& input, const evidence::SigningKey& key);

}  // namespace manage
