// The file that holds a draft: a format version, what it was made on, and its edits as the API writes them.
//
//   {"format": 1, "source": "san.example:3285", "revision": 812, "written": 1769500000, "deed": "Add host web1",
//    "begun": {"change": 7, "created_at": 1769499990, "same": true},
//    "edits": [{"op": "add", "object": "domain:zone7", "field": "nodes", "value": "node:iqn.2026-01.example:web1"}]}
//
// `begun` is there where no answer has told whether the draft was submitted: the change set that was made for it, and
// whether its edits are those of the draft still.
//
// Edits name objects (mgmt::References::Names): under the same address there may be another server the next time, where
// numbers would mean other objects. Written whole or not at all: a temporary, fsync, rename, fsync of the folder; the
// file is 0600 and its folder 0700. Safe from any thread; one writer a file. Bound: kMaxDraftFile. Errors: a sentence.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <string>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/san/ids.h"

namespace console {

inline constexpr qint64 kMaxDraftFile = qint64{64} << 20;  // bytes

// Of the change set of a draft that may have been submitted.
struct KeptBegun {
  std::uint64_t change = 0;
  san::Seconds createdAt = 0;  // by the server: under its number there may be another one some day; 0: not known
  bool same = false;           // the draft has its edits still
};

struct KeptDraft {
  QString source;              // what people call it
  san::Revision revision = 0;  // of the base
  san::Seconds written = 0;    // 0: not known
  QString deed;                // the last one
  std::optional<KeptBegun> begun;
  base::Json edits;            // a list
};

// Where the draft of a source is kept; the key is made a name of a file.
QString draftPath(const QString& folder, const QString& key);
// The folder is there, and nobody else's business.
QString makeDraftFolder(const QString& folder);

// Nothing: there is none. A sentence: it is damaged, or cannot be read.
base::Result<std::optional<KeptDraft>, QString> readDraft(const QString& path);
std::string draftText(const KeptDraft& draft);
// An empty text: done.
QString writeDraft(const QString& path, const std::string& text);
QString removeDraft(const QString& path);
// Under a name that nothing has, beside `path`; empty: it could not be, and `fault` says why.
QString writeDraftAside(const QString& path, const QString& ending, const std::string& text, QString& fault);
// Nobody was there to be told of what was written aside: it is remembered beside it, until somebody is (forgetUntold).
void rememberUntold(const QString& aside);
// Those beside `path` that are there still.
QStringList untoldDrafts(const QString& path);
void forgetUntold(const QStringList& asides);
// Renames it, to a name that nothing has: "san.example%3A3285.json.damaged". Empty: it could not be.
QString putDraftAside(const QString& path, const QString& ending);

}  // namespace console
