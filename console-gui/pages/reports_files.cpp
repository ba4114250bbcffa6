// What the Reports page saves, downloads and checks.
#include <QComboBox>
#include <QFileInfo>
#include <QLineEdit>
#include <QPointer>
#include <QRegularExpression>
#include <QTabBar>
#include <QTextBrowser>
#include <utility>

#include "console-gui/model/kind_words.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/pages/reports_parts.h"
#include "console-gui/report/report_text.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/page_parts.h"
#include "console-gui/widgets/state_badge.h"
#include "shared/base/clock.h"
#include "shared/base/hex.h"
#include "shared/base/json_members.h"
#include "shared/mgmt/fingerprint.h"

namespace console {
namespace {

using base::Json;

struct FormatRow {
  const char* suffix;
  const char* kinds;
};
constexpr std::array<FormatRow, 4> kFormats{
    {{"csv", QT_TRANSLATE_NOOP("console::ReportsPage", "Tables (*.csv)")},
     {"json", QT_TRANSLATE_NOOP("console::ReportsPage", "JSON (*.json)")},
     {"pdf", QT_TRANSLATE_NOOP("console::ReportsPage", "PDF (*.pdf)")},
     {"sanctum-evidence.tar",
      QT_TRANSLATE_NOOP("console::ReportsPage", "Evidence packs (*.sanctum-evidence.tar *.tar)")}}};

bool isSigned(ReportsPage::Format format) {
  return format == ReportsPage::Format::Pdf || format == ReportsPage::Format::Pack;
}

Json listOf(const std::string& name) { return name.empty() ? Json() : Json(Json::Array{Json(name)}); }

std::string textOfDetail(const Json& record, std::string_view key) {
  const Json* details = record.find("details");
  return details == nullptr ? std::string() : base::textOf(*details, key);
}

}  // namespace

QString ReportsPage::whyNoSave(Format format) const {
  if (!workspace().source()) return tr("Nothing is open.");
  if (isSigned(format)) {
    if (const QString why = workspace().source()->whyNoEvidence(); !why.isEmpty()) return why;
    if (const QString why = workspace().whyNot("evidence.make"); !why.isEmpty()) return why;
    if (downloading_) return tr("The server makes a pack already.");
  }
  if (saving_.isBusy()) return tr("A file is being written.");
  if (fetching_ || making_.isBusy() || !model_.report()) return tr("The report is being worked out.");
  return model_.report()->fault;
}

void ReportsPage::save(Format format) {
  if (!whyNoSave(format).isEmpty()) return;
  const FormatRow& row = kFormats[static_cast<std::size_t>(format)];
  const ReportPtr report = model_.report();
  QString proposed = reportFileName(*report, QString::fromLatin1(row.suffix));
  if (isSigned(format))
    proposed = QStringLiteral("evidence-r%1.%2").arg(report->revision).arg(QString::fromLatin1(row.suffix));
  // The world goes on while the dialog is open: what was seen is what is saved, and no other SAN's server signs it.
  const QPointer<Source> source = workspace().source();
  const QString path = chooseSave_(tr("Save the report"), proposed, tr(row.kinds));
  if (path.isEmpty()) return;
  if (isSigned(format)) {
    if (source && source == workspace().source()) return download(format, path, *report);
    return workspace().notices().tell({Notice::Level::Warning,
                                       QStringLiteral("report ") + path,
                                       tr("Not saved: %1").arg(path),
                                       tr("Another SAN has been opened meanwhile."),
                                       {},
                                       {}});
  }
  saving_.run(
      [report, format, path] {
        return saveWhole(path, format == Format::Csv ? reportCsv(*report) : reportJson(*report));
      },
      [this, path, format](const QString& fault) {
        if (fault.isEmpty()) {
          workspace().notices().tell({Notice::Level::Success,
                                      QStringLiteral("report ") + path,
                                      tr("Saved as %1").arg(path),
                                      tr("It is not signed: only an evidence pack of a server is."),
                                      {},
                                      {}});
        } else {
          workspace().notices().tell({Notice::Level::Fault, QStringLiteral("report ") + path,
                                      tr("Not saved: %1").arg(path), fault, tr("Try again"),
                                      [this, format] { save(format); }, this});
        }
        refreshMarks();
      });
  refreshMarks();
}

// A pack that somebody waited for is kept in memory until it is written.
void ReportsPage::download(Format format, const QString& path, const ReportTable& report) {
  downloading_ = true;
  Json body = Json::Object{{"title", reportWord(report.kind).toStdString()},
                           {"revision", report.revision},
                           {"labels", listOf(report.asked.label)},
                           {"hosts", listOf(report.asked.host)},
                           {"units", listOf(report.asked.unit)}};
  workspace().source()->download(
      {mgmt::Route::MakeEvidence, {}, {}, std::move(body)}, this, [this, format, path](const Download& got) {
        downloading_ = false;
        if (!got) {
          workspace().notices().tell(tr("The evidence pack was not made"), got.error());
          return refreshMarks();
        }
        auto bytes = std::make_shared<const std::string>(*got);
        if (format == Format::Pack) return write(path, bytes);
        auto pdf = std::make_shared<const std::string>(pdfOf(*bytes));
        if (!pdf->empty()) return write(path, pdf);
        workspace().notices().tell({Notice::Level::Fault,
                                    QStringLiteral("report ") + path,
                                    tr("Not saved: %1").arg(path),
                                    tr("What the server sent is damaged, or there is no PDF in it. Try again."),
                                    {},
                                    {}});
        refreshMarks();
      });
  refreshMarks();
}

void ReportsPage::write(const QString& path, std::shared_ptr<const std::string> bytes) {
  saving_.run([path, bytes] { return saveWhole(path, *bytes); },
              [this, path, bytes](const QString& fault) {
                if (fault.isEmpty()) {
                  workspace().notices().tell({Notice::Level::Success,
                                              QStringLiteral("report ") + path,
                                              tr("Saved as %1").arg(path),
                                              {},
                                              {},
                                              {}});
                } else {
                  workspace().notices().tell({Notice::Level::Fault, QStringLiteral("report ") + path,
                                              tr("Not saved: %1").arg(path), fault, tr("Save it elsewhere"),
                                              [this, path, bytes] {
                                                const QString other =
                                                    chooseSave_(tr("Save the report"), QFileInfo(path).fileName(), {});
                                                if (!other.isEmpty()) write(other, bytes);
                                              },
                                              this});
                }
                refreshMarks();
              });
  refreshMarks();
}

std::vector<evidence::Fingerprint> ReportsPage::keys(bool* wrong) const {
  static const QRegularExpression gaps(QStringLiteral("[\\s,;]+"));
  std::vector<evidence::Fingerprint> all;
  for (const QString& word : keys_->text().split(gaps, Qt::SkipEmptyParts)) {
    const auto key = mgmt::Fingerprint::parse(word.toStdString());
    if (key) {
      all.push_back(key->bytes);
    } else {
      *wrong = true;
    }
  }
  return all;
}

QString ReportsPage::whyNoVerify() const {
  if (checking_.isBusy()) return tr("A pack is being checked.");
  bool wrong = false;
  (void)keys(&wrong);
  return wrong ? tr("A fingerprint has 64 hexadecimal digits, with or without colons. Correct it, or leave it out.")
               : QString();
}

void ReportsPage::verify() {
  showPart(Part::Verify);
  if (!whyNoVerify().isEmpty()) return;
  const QString path =
      chooseOpen_(tr("Verify an evidence pack"), {},
                  tr("Evidence packs (*.sanctum-evidence.tar *.tar)") + QStringLiteral(";;") + tr("All files (*)"));
  if (!path.isEmpty()) checkFile(path);
}

void ReportsPage::checkFile(const QString& path) {
  bool wrong = false;
  checking_.run([path, trusted = keys(&wrong)] { return checkPack(path, trusted); },
                [this](PackCheck check) {
                  check_ = std::move(check);
                  refreshMarks();
                });
  refreshMarks();
}

void ReportsPage::showCheck(const PackCheck& check) {
  const QString name = QFileInfo(check.file).fileName();
  if (!check.fault.isEmpty()) {
    verdict_->set(Icon::Bad, Token::Bad, tr("Not checked: %1").arg(name));
  } else {
    switch (check.report.verdict) {
      case evidence::Verdict::Verified:
        verdict_->set(Icon::Good, Token::Good, verdictWord(check.report.verdict) + QStringLiteral(": ") + name);
        break;
      case evidence::Verdict::SignerUnknown:
        verdict_->set(Icon::Unknown, Token::Unknown, verdictWord(check.report.verdict) + QStringLiteral(": ") + name);
        break;
      case evidence::Verdict::OtherSigner:
        verdict_->set(Icon::Warning, Token::Warning, verdictWord(check.report.verdict) + QStringLiteral(": ") + name);
        break;
      case evidence::Verdict::Damaged:
        verdict_->set(Icon::Bad, Token::Bad, verdictWord(check.report.verdict) + QStringLiteral(": ") + name);
        break;
    }
  }
  showResult(checkHtml(check));
}

// The same again would lose the place and what is marked.
void ReportsPage::showResult(const QString& html) {
  if (std::exchange(shownResult_, html) != html) result_->setHtml(html);
}

QString checkHtml(const PackCheck& check) {
  const auto paragraph = [](const QString& html) {
    return QStringLiteral("<p style='margin:0 0 6px 0'>%1</p>").arg(html);
  };
  if (!check.fault.isEmpty()) return paragraph(check.fault.toHtmlEscaped());
  const evidence::EvidenceReport& report = check.report;
  QString html = paragraph(verdictMeaning(report.verdict).toHtmlEscaped());
  if (!report.faults.empty()) {
    QString body;
    for (const evidence::EvidenceFault& fault : report.faults) {
      body += paragraph(
          QStringLiteral("%1: %2").arg(coloredHtml(Token::Bad, QString::fromStdString(fault.where).toHtmlEscaped()),
                                       QString::fromStdString(fault.what).toHtmlEscaped()));
    }
    html += sectionHtml(ReportsPage::tr("What is broken"), body);
  }
  FactRows rows;
  const auto row = [&](const QString& name, const QString& value) {
    if (!value.isEmpty()) rows.add(name, value.toHtmlEscaped());
  };
  if (report.signer) row(ReportsPage::tr("Signed by the key"), QString::fromStdString(base::hexText(*report.signer)));
  if (report.expected && report.verdict == evidence::Verdict::OtherSigner)
    row(ReportsPage::tr("Expected"), QString::fromStdString(base::hexText(*report.expected)));
  // Nothing in a pack that is damaged is to be believed, so nothing of it is shown as if it were.
  if (report.manifest && report.verdict != evidence::Verdict::Damaged) {
    const evidence::Manifest& manifest = *report.manifest;
    row(ReportsPage::tr("Title"), QString::fromStdString(manifest.title));
    row(ReportsPage::tr("Server"), QString::fromStdString(manifest.serverName + " (" + manifest.serverId + ")"));
    row(ReportsPage::tr("Data cut"), ReportsPage::tr("revision %1, %2")
                                         .arg(manifest.cut.revision)
                                         .arg(timeText(base::unixSeconds(manifest.cut.time))));
    row(ReportsPage::tr("Question"), QString::fromStdString(manifest.query));
    row(ReportsPage::tr("Population"),
        ReportsPage::tr("%n rows", nullptr, static_cast<int>(manifest.counts.population)));
    row(ReportsPage::tr("Findings"), QString::number(manifest.counts.findings));
    row(ReportsPage::tr("Completeness"), QString::fromStdString(manifest.statement));
    row(ReportsPage::tr("Head of the log"), ReportsPage::tr("record %1").arg(manifest.log.sequence));
    row(ReportsPage::tr("Files"),
        ReportsPage::tr("%n, and every SHA-256 fits", nullptr, static_cast<int>(manifest.files.size())));
  }
  if (!rows.isEmpty()) html += sectionHtml(ReportsPage::tr("The pack"), rows.html());
  return html;
}

QString ReportsPage::whyNoKeys() const {
  if (!workspace().source()) return tr("Nothing is open.");
  if (const QString why = workspace().source()->whyNoEvidence(); !why.isEmpty()) return why;
  return workspace().whyNot("audit.read");
}

// The log announces each key that signs: at its beginning, and where one came instead of another.
void ReportsPage::takeKeys() {
  if (!whyNoKeys().isEmpty()) return;
  for (const auto& [event, detail] : {std::pair{"log.begun", "key"}, std::pair{"log.key-rotated", "next"}}) {
    workspace().source()->ask({mgmt::Route::ListAudit, {}, {{"event", event}, {"limit", "100"}}, {}}, this,
                              [this, detail = std::string(detail)](const Answer& answer) {
                                if (!answer)
                                  return workspace().notices().tell(tr("The keys could not be asked"), answer.error());
                                const Json* items = answer->find("items");
                                if (items == nullptr || items->array() == nullptr) return;
                                QString all = keys_->text().trimmed();
                                for (const Json& record : *items->array()) {
                                  const QString key = QString::fromStdString(textOfDetail(record, detail));
                                  if (!key.isEmpty() && !all.contains(key, Qt::CaseInsensitive))
                                    all += (all.isEmpty() ? QString() : QStringLiteral(" ")) + key;
                                }
                                keys_->setText(all);
                              });
  }
}

}  // namespace console
