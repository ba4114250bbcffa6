#include "console-gui/pages/credential_detail.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/page_parts.h"
#include "shared/base/json_members.h"

namespace console {
namespace {

using base::Json;

QString list(const QStringList& lines) {
  QString html = QStringLiteral("<ul style='margin:0 0 0 -22px'>");
  for (const QString& line : lines) html += QStringLiteral("<li>%1</li>").arg(line);
  return html + QStringLiteral("</ul>");
}

// Where the server is in the change of a secret, in its words.
QString phaseText(const QString& phase) {
  if (phase == QLatin1String("spreading")) return console::tr("Ends that verify are told to take the next secret too.");
  if (phase == QLatin1String("switching"))
    return console::tr("The initiator has the next secret; a login with it is awaited.");
  if (phase == QLatin1String("waiting-for-foreign-end"))
    return console::tr(
        "Both secrets are taken until somebody has typed the next one at the foreign end and a login proves it.");
  if (phase == QLatin1String("rolling-back"))
    return console::tr("The change is being taken back: the old secret stays.");
  return {};  // settled and retired: the state says it
}

void addEnd(FactRows& ends, const CredentialEnd& end) {
  QString state = end.holds == QLatin1String("yes") ? console::tr("has it")
                  : end.holds == QLatin1String("no")
                      ? coloredHtml(Token::Bad, console::tr("does not have it"))
                      : coloredHtml(Token::Unknown, console::tr("not known whether it has it"));
  if (end.proven) state += QStringLiteral(", ") + console::tr("proven by a login");
  const QString kind = !end.managed ? coloredHtml(Token::Unknown, console::tr("not known whether an agent is there"))
                       : end.isForeign() ? coloredHtml(Token::Warning, console::tr("foreign: a person types it there"))
                                         : console::tr("with an agent");
  ends.add(end.initiator ? console::tr("Initiator") : console::tr("Target"),
           QStringLiteral("%1<br>%2; %3").arg(end.node.toHtmlEscaped(), kind, state));
}

}  // namespace

QString credentialHtml(const View& view, const CredentialRow& own, const CredentialDetail* detail, san::Seconds now) {
  static const CredentialDetail kNone;
  const CredentialDetail& more = detail == nullptr ? kNone : *detail;
  FactRows facts;
  facts.add(console::tr("State"), credentialStateWord(own.state).toHtmlEscaped());
  facts.add(console::tr("Direction"), own.mutual ? console::tr("mutual: the target proves itself too")
                                                 : console::tr("one-way: the initiator proves itself"));
  if (!more.userName.isEmpty()) facts.add(console::tr("User name"), more.userName.toHtmlEscaped());
  facts.add(console::tr("Set"),
            own.setAt == 0 ? console::tr("not known")
                           : timeText(own.setAt) + QStringLiteral(" (") + agoText(own.setAt, now) + QLatin1Char(')'));
  facts.add(console::tr("Last proof"), own.provenAt == 0 ? console::tr("no login yet")
                                                         : timeText(own.provenAt) + QStringLiteral(" (") +
                                                               agoText(own.provenAt, now) + QLatin1Char(')'));
  if (more.deadline != 0) facts.add(console::tr("To be done until"), timeText(more.deadline));
  QString html = sectionHtml(console::tr("How it stands"), facts.html());

  if (!more.why.isEmpty()) html += sectionHtml(console::tr("The ends are not known"), more.why.toHtmlEscaped());
  if (const QString text = phaseText(more.phase); !text.isEmpty())
    html += sectionHtml(console::tr("What happens now"), text.toHtmlEscaped());

  FactRows ends;
  bool foreign = false;
  for (const CredentialEnd& end : more.ends) {
    addEnd(ends, end);
    foreign = foreign || end.isForeign();
  }
  if (!more.ends.empty()) html += sectionHtml(console::tr("Who has it"), ends.html());
  if (foreign) {
    html += sectionHtml(console::tr("At the foreign end"),
                        console::tr("The secret is shown once, on a terminal, to somebody with the right for it; the audit log has who and why. "
                                    "This console cannot show it."));
  }

  QStringList wrong;
  for (const QString& word : weaknessWords(own)) wrong << word.toHtmlEscaped();
  if (!wrong.isEmpty()) html += sectionHtml(console::tr("What is wrong"), list(wrong) + console::tr("A change of the secret mends it."));

  QStringList found;
  if (view.findings) {
    const san::ObjectRef ref{san::Kind::Credential, own.id};
    for (const san::Finding& finding : view.findings->list) {
      if (finding.open() && (finding.subject == ref || std::ranges::find(finding.objects, ref) != finding.objects.end())) {
        found << QStringLiteral("%1 %2").arg(QString::fromLatin1(finding.rule.data(), static_cast<qsizetype>(finding.rule.size())), sentence(finding.text).toHtmlEscaped());
      }
    }
  }
  if (!found.isEmpty()) html += sectionHtml(console::tr("Findings"), list(found));
  return html;
}

QString revealCommand(const CredentialRow& own, const CredentialDetail& detail) {
  for (const CredentialEnd& end : detail.ends) {
    if (!end.isForeign()) continue;
    return QStringLiteral("sanctl chap reveal %1 --end %2 --reason ''")
        .arg(own.id)
        .arg(QLatin1String(end.initiator ? "initiator" : "target"));
  }
  return {};
}

CredentialDetail detailOf(const Json& answer) {
  CredentialDetail detail;
  const auto text = [](const Json& json, std::string_view name) {
    return QString::fromStdString(base::textOf(json, name));
  };
  detail.userName = text(answer, "user_name");
  detail.phase = text(answer, "phase");
  detail.deadline = static_cast<san::Seconds>(base::numberOf(answer, "deadline"));
  // Which version a login of the end has proven: that of an earlier secret says nothing of this one.
  const std::uint64_t version = base::numberOf(answer, "version");
  for (const Json& end : base::listOf(answer, "ends")) {
    const bool proven = version != 0 && base::numberOf(end, "proven") == version;
    const bool* managed = base::memberOf(end, "managed").truth();
    detail.ends.push_back({text(end, "side") == QLatin1String("initiator"), text(end, "node"),
                           managed == nullptr ? std::optional<bool>() : *managed, text(end, "holds"), proven});
  }
  return detail;
}

}  // namespace console
