<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Object</source>
        <translation>&amp;Objekt</translation>
    </message>
    <message>
        <source>&amp;Draft</source>
        <translation>&amp;Entwurf</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Shows the four questions: what should be reachable, what should not, what has changed, what needs you.</source>
        <translation>Zeigt die vier Fragen: was erreichbar sein soll, was nicht, was sich geändert hat, was Sie erfordert.</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>Shows hosts, initiators, domains, portals, targets and logical units with what joins them.</source>
        <translation>Zeigt Hosts, Initiatoren, Domains, Portale, Targets und logische Einheiten mit dem, was sie verbindet.</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>Shows which host reaches which logical unit, and why.</source>
        <translation>Zeigt, welcher Host welche logische Einheit erreicht, und warum.</translation>
    </message>
    <message>
        <source>Zoning</source>
        <translation>Zoning</translation>
    </message>
    <message>
        <source>Shows zones and their members, and the draft that changes them.</source>
        <translation>Zeigt Zonen und ihre Mitglieder sowie den Entwurf, der sie ändert.</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>Anmeldedaten</translation>
    </message>
    <message>
        <source>Shows CHAP credentials and their rotation, never a secret.</source>
        <translation>Zeigt CHAP-Anmeldedaten und ihren Wechsel, nie ein Geheimnis.</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Shows what the rules have found, by cause.</source>
        <translation>Zeigt, was die Regeln gefunden haben, nach Ursache.</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Berichte</translation>
    </message>
    <message>
        <source>Makes reports and evidence packs.</source>
        <translation>Erstellt Berichte und Nachweispakete.</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Shows what happens and what has happened.</source>
        <translation>Zeigt, was geschieht und was geschehen ist.</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Goes back to the page, object and filter before.</source>
        <translation>Geht zurück zu Seite, Objekt und Filter davor.</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vorwärts</translation>
    </message>
    <message>
        <source>Goes forward again.</source>
        <translation>Geht wieder vorwärts.</translation>
    </message>
    <message>
        <source>Find or do...</source>
        <translation>Suchen oder ausführen...</translation>
    </message>
    <message>
        <source>Finds objects, commands and help as you type.</source>
        <translation>Findet Objekte, Befehle und Hilfe schon beim Tippen.</translation>
    </message>
    <message>
        <source>Filter all pages</source>
        <translation>Alle Seiten filtern</translation>
    </message>
    <message>
        <source>Goes to the filter, which narrows every page.</source>
        <translation>Geht zum Filter, der jede Seite eingrenzt.</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter aufheben</translation>
    </message>
    <message>
        <source>Shows everything again.</source>
        <translation>Zeigt wieder alles.</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Shows or hides the facts of the selected object.</source>
        <translation>Zeigt oder verbirgt die Fakten des gewählten Objekts.</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Puts every part of the window back to its place.</source>
        <translation>Setzt jeden Teil des Fensters an seinen Platz zurück.</translation>
    </message>
    <message>
        <source>Next theme</source>
        <translation>Nächstes Farbschema</translation>
    </message>
    <message>
        <source>Changes between light, dark and high contrast.</source>
        <translation>Wechselt zwischen hell, dunkel und hohem Kontrast.</translation>
    </message>
    <message>
        <source>Words of SANs or of iSNS</source>
        <translation>Begriffe von SAN oder von iSNS</translation>
    </message>
    <message>
        <source>Says zone and zone set, or discovery domain and domain set. Numbers stay.</source>
        <translation>Sagt Zone und Zonensatz oder Discovery Domain und Domain Set. Nummern bleiben.</translation>
    </message>
    <message>
        <source>Next language</source>
        <translation>Nächste Sprache</translation>
    </message>
    <message>
        <source>Changes between English and German.</source>
        <translation>Wechselt zwischen Englisch und Deutsch.</translation>
    </message>
    <message>
        <source>Open the demo SAN</source>
        <translation>Demo-SAN öffnen</translation>
    </message>
    <message>
        <source>Opens a SAN inside of this program to try everything on.</source>
        <translation>Öffnet ein SAN innerhalb dieses Programms, an dem sich alles ausprobieren lässt.</translation>
    </message>
    <message>
        <source>Connect to a server...</source>
        <translation>Mit einem Server verbinden...</translation>
    </message>
    <message>
        <source>Connects to a management server.</source>
        <translation>Verbindet mit einem Verwaltungsserver.</translation>
    </message>
    <message>
        <source>Open a saved snapshot...</source>
        <translation>Gespeichertes Abbild öffnen...</translation>
    </message>
    <message>
        <source>Opens a snapshot that somebody saved, to look at.</source>
        <translation>Öffnet ein Abbild, das jemand gespeichert hat, zum Ansehen.</translation>
    </message>
    <message>
        <source>Save the snapshot...</source>
        <translation>Abbild speichern...</translation>
    </message>
    <message>
        <source>Saves what is shown as a file that can be opened again.</source>
        <translation>Speichert das Gezeigte als Datei, die wieder geöffnet werden kann.</translation>
    </message>
    <message>
        <source>Try the server again</source>
        <translation>Server erneut versuchen</translation>
    </message>
    <message>
        <source>Tries to reach the server at once.</source>
        <translation>Versucht sofort, den Server zu erreichen.</translation>
    </message>
    <message>
        <source>Back to the present</source>
        <translation>Zurück zur Gegenwart</translation>
    </message>
    <message>
        <source>Leaves the past that is shown.</source>
        <translation>Verlässt die gezeigte Vergangenheit.</translation>
    </message>
    <message>
        <source>Copy the name</source>
        <translation>Namen kopieren</translation>
    </message>
    <message>
        <source>Copies the full name of the selected object.</source>
        <translation>Kopiert den vollen Namen des gewählten Objekts.</translation>
    </message>
    <message>
        <source>Copy as sanctl command</source>
        <translation>Als sanctl-Befehl kopieren</translation>
    </message>
    <message>
        <source>Copies the command that shows the same, or that makes the draft.</source>
        <translation>Kopiert den Befehl, der dasselbe zeigt oder den Entwurf erzeugt.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Shows what of the selected object can be reached, and why.</source>
        <translation>Zeigt, was vom gewählten Objekt erreichbar ist, und warum.</translation>
    </message>
    <message>
        <source>Trace in the topology</source>
        <translation>In der Topologie verfolgen</translation>
    </message>
    <message>
        <source>Shows the selected object in the topology with what it is joined to.</source>
        <translation>Zeigt das gewählte Objekt in der Topologie mit dem, womit es verbunden ist.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Takes back the last step of the draft.</source>
        <translation>Nimmt den letzten Schritt des Entwurfs zurück.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Does the step of the draft again.</source>
        <translation>Führt den Schritt des Entwurfs erneut aus.</translation>
    </message>
    <message>
        <source>New zone...</source>
        <translation>Neue Zone...</translation>
    </message>
    <message>
        <source>Makes a zone of the selected initiators and targets.</source>
        <translation>Legt eine Zone aus den gewählten Initiatoren und Targets an.</translation>
    </message>
    <message>
        <source>New zone set...</source>
        <translation>Neuer Zonensatz...</translation>
    </message>
    <message>
        <source>Makes a zone set.</source>
        <translation>Legt einen Zonensatz an.</translation>
    </message>
    <message>
        <source>Rename...</source>
        <translation>Umbenennen...</translation>
    </message>
    <message>
        <source>Gives the selected object another name or alias.</source>
        <translation>Gibt dem gewählten Objekt einen anderen Namen oder Alias.</translation>
    </message>
    <message>
        <source>Delete from the SAN</source>
        <translation>Aus dem SAN löschen</translation>
    </message>
    <message>
        <source>Submit the draft...</source>
        <translation>Entwurf einreichen...</translation>
    </message>
    <message>
        <source>Puts the draft forward with a reason and a ticket.</source>
        <translation>Reicht den Entwurf mit Begründung und Ticket ein.</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Approves the chosen change set with the effect that is shown.</source>
        <translation>Gibt den gewählten Änderungssatz mit der gezeigten Wirkung frei.</translation>
    </message>
    <message>
        <source>Commit...</source>
        <translation>Übernehmen...</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <source>Keeps what was committed: the confirm window ends.</source>
        <translation>Behält das Übernommene: die Bestätigungsfrist endet.</translation>
    </message>
    <message>
        <source>Roll back...</source>
        <translation>Zurückrollen...</translation>
    </message>
    <message>
        <source>Takes the chosen change set back by its inverse.</source>
        <translation>Nimmt den gewählten Änderungssatz durch seine Umkehrung zurück.</translation>
    </message>
    <message>
        <source>Discard the draft</source>
        <translation>Entwurf verwerfen</translation>
    </message>
    <message>
        <source>Forgets the draft. Undo does not bring it back.</source>
        <translation>Vergisst den Entwurf. Rückgängig bringt ihn nicht wieder.</translation>
    </message>
    <message>
        <source>Bring the draft onto the present SAN</source>
        <translation>Entwurf auf das gegenwärtige SAN bringen</translation>
    </message>
    <message>
        <source>Merges the draft with what others have changed meanwhile, and lists what differs.</source>
        <translation>Führt den Entwurf mit den Änderungen anderer zusammen und listet auf, was abweicht.</translation>
    </message>
    <message>
        <source>Actions and keys</source>
        <translation>Aktionen und Tasten</translation>
    </message>
    <message>
        <source>Lists everything that can be done, with its key and its sanctl command.</source>
        <translation>Listet alles auf, was möglich ist, mit Taste und sanctl-Befehl.</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Closes the console. The draft is kept.</source>
        <translation>Schließt die Konsole. Der Entwurf bleibt erhalten.</translation>
    </message>
    <message>
        <source>New credential...</source>
        <translation>Neue Anmeldedaten...</translation>
    </message>
    <message>
        <source>Makes a CHAP credential of an initiator, for a target or for all; the server makes its secret.</source>
        <translation>Legt CHAP-Anmeldedaten eines Initiators an, für ein Target oder für alle; der Server erzeugt das Geheimnis.</translation>
    </message>
    <message>
        <source>Change the secret...</source>
        <translation>Geheimnis wechseln...</translation>
    </message>
    <message>
        <source>Changes the secrets of the chosen credentials, each proven by a login before the old one ends.</source>
        <translation>Wechselt die Geheimnisse der gewählten Anmeldedaten, jedes durch eine Anmeldung nachgewiesen, bevor das alte endet.</translation>
    </message>
    <message>
        <source>Take the change of a secret back...</source>
        <translation>Wechsel eines Geheimnisses zurücknehmen...</translation>
    </message>
    <message>
        <source>Keeps the old secret of the chosen credentials.</source>
        <translation>Behält das alte Geheimnis der gewählten Anmeldedaten.</translation>
    </message>
    <message>
        <source>Retire the credential...</source>
        <translation>Anmeldedaten ausmustern...</translation>
    </message>
    <message>
        <source>Ends the chosen credentials: nobody gets in with them any more.</source>
        <translation>Beendet die gewählten Anmeldedaten: niemand kommt mehr damit hinein.</translation>
    </message>
    <message>
        <source>Change all secrets that are too old...</source>
        <translation>Alle zu alten Geheimnisse wechseln...</translation>
    </message>
    <message>
        <source>Changes many secrets, some at a time, up to the first failure.</source>
        <translation>Wechselt viele Geheimnisse, einige zugleich, bis zum ersten Fehlschlag.</translation>
    </message>
    <message>
        <source>Pause or continue a batch</source>
        <translation>Stapel anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Begins no other secret of the chosen batch, or goes on with it.</source>
        <translation>Beginnt kein weiteres Geheimnis des gewählten Stapels oder setzt ihn fort.</translation>
    </message>
    <message>
        <source>Pause or continue the feed</source>
        <translation>Meldungen anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Holds back what happens, so that the list stays still, or shows what was held. Nothing is lost.</source>
        <translation>Hält zurück, was geschieht, damit die Liste stillsteht, oder zeigt das Zurückgehaltene. Nichts geht verloren.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>Shows the records of the audit log: who did what to what, by which door, and why.</source>
        <translation>Zeigt die Einträge des Prüfprotokolls: wer was womit getan hat, auf welchem Weg und warum.</translation>
    </message>
    <message>
        <source>Older records</source>
        <translation>Ältere Einträge</translation>
    </message>
    <message>
        <source>Asks for the records of the audit log before the last one that is shown.</source>
        <translation>Fragt nach den Einträgen des Prüfprotokolls vor dem letzten gezeigten.</translation>
    </message>
    <message>
        <source>What changed then</source>
        <translation>Was sich da änderte</translation>
    </message>
    <message>
        <source>Compares the revision of the chosen line with the one before, object by object.</source>
        <translation>Vergleicht die Revision der gewählten Zeile mit der davor, Objekt für Objekt.</translation>
    </message>
    <message>
        <source>Show it at that revision</source>
        <translation>Bei dieser Revision zeigen</translation>
    </message>
    <message>
        <source>Shows the SAN as it was at the revision of the chosen line, with its object selected.</source>
        <translation>Zeigt das SAN, wie es bei der Revision der gewählten Zeile war, mit ihrem Objekt gewählt.</translation>
    </message>
    <message>
        <source>Save the report as CSV...</source>
        <translation>Bericht als CSV speichern...</translation>
    </message>
    <message>
        <source>Saves the rows of the chosen report as a table. It is not signed.</source>
        <translation>Speichert die Zeilen des gewählten Berichts als Tabelle. Sie ist nicht signiert.</translation>
    </message>
    <message>
        <source>Save the report as JSON...</source>
        <translation>Bericht als JSON speichern...</translation>
    </message>
    <message>
        <source>Saves the chosen report with its data cut and how complete it is. It is not signed.</source>
        <translation>Speichert den gewählten Bericht mit Datenstand und Vollständigkeit. Er ist nicht signiert.</translation>
    </message>
    <message>
        <source>Download the report as PDF...</source>
        <translation>Bericht als PDF herunterladen...</translation>
    </message>
    <message>
        <source>Lets the server make an evidence pack and saves the PDF in it.</source>
        <translation>Lässt den Server ein Nachweispaket erstellen und speichert das PDF daraus.</translation>
    </message>
    <message>
        <source>Download an evidence pack...</source>
        <translation>Nachweispaket herunterladen...</translation>
    </message>
    <message>
        <source>Lets the server make and sign a pack of the chosen data cut and scope, and saves it.</source>
        <translation>Lässt den Server ein Paket zum gewählten Datenstand und Umfang erstellen und signieren und speichert es.</translation>
    </message>
    <message>
        <source>Verify an evidence pack...</source>
        <translation>Nachweispaket prüfen...</translation>
    </message>
    <message>
        <source>Checks a pack that is on this disk: whether it is intact, and by whose key it is signed.</source>
        <translation>Prüft ein Paket auf dieser Platte: ob es unversehrt ist und mit wessen Schlüssel es signiert ist.</translation>
    </message>
    <message>
        <source>End a batch...</source>
        <translation>Stapel beenden...</translation>
    </message>
    <message>
        <source>Ends the chosen batch: what is waiting keeps its secret.</source>
        <translation>Beendet den gewählten Stapel: Was noch wartet, behält sein Geheimnis.</translation>
    </message>
    <message>
        <source>What is demanded of a login</source>
        <translation>Was von einer Anmeldung verlangt wird</translation>
    </message>
    <message>
        <source>Sets in the draft which CHAP the domains and the target of the chosen credential demand.</source>
        <translation>Legt im Entwurf fest, welches CHAP die Domains und das Target der gewählten Anmeldedaten verlangen.</translation>
    </message>
    <message>
        <source>Copy the draft as sanctl command</source>
        <translation>Entwurf als sanctl-Befehl kopieren</translation>
    </message>
    <message>
        <source>Copies the command that makes the same draft on the server, with all of its edits.</source>
        <translation>Kopiert den Befehl, der denselben Entwurf auf dem Server anlegt, mit allen Änderungen.</translation>
    </message>
    <message>
        <source>Mend the finding as draft</source>
        <translation>Befund im Entwurf beheben</translation>
    </message>
    <message>
        <source>Puts the edits that would end the chosen finding into the draft, to look at what they do.</source>
        <translation>Nimmt die Änderungen, die den gewählten Befund beenden würden, in den Entwurf, um ihre Wirkung zu sehen.</translation>
    </message>
    <message>
        <source>Waive the finding...</source>
        <translation>Ausnahme zulassen...</translation>
    </message>
    <message>
        <source>Accepts the chosen finding until a day, for a reason, in the draft.</source>
        <translation>Nimmt den gewählten Befund bis zu einem Tag hin, mit Grund, im Entwurf.</translation>
    </message>
    <message>
        <source>Import...</source>
        <translation>Importieren...</translation>
    </message>
    <message>
        <source>Shows a table, a document or a configuration row by row, and puts it into the draft.</source>
        <translation>Zeigt eine Tabelle, ein Dokument oder eine Konfiguration Zeile für Zeile und nimmt sie in den Entwurf.</translation>
    </message>
    <message>
        <source>Zone by a template...</source>
        <translation>Nach Vorlage zonen...</translation>
    </message>
    <message>
        <source>Zones hosts by pairs, clones or takes out a host, or replaces an HBA, with what it changes before anything is done.</source>
        <translation>Zont Hosts paarweise, klont oder entfernt einen Host oder ersetzt einen HBA, mit der Wirkung, bevor etwas geschieht.</translation>
    </message>
    <message>
        <source>Guided tasks of the demo</source>
        <translation>Geführte Aufgaben der Demo</translation>
    </message>
    <message>
        <source>Shows or hides five things to find out and to mend in the demo SAN, ticked as you do them. There is no demo in sanctl.</source>
        <translation>Zeigt oder verbirgt fünf Dinge, die im Demo-SAN zu finden und zu beheben sind, abgehakt, wenn sie getan sind. In sanctl gibt es keine Demo.</translation>
    </message>
    <message>
        <source>New object...</source>
        <translation>Neues Objekt...</translation>
    </message>
    <message>
        <source>Makes a host, a cluster, a map, a label, a cable, a site, a network, a window or another thing that administrators keep.</source>
        <translation>Legt einen Host, einen Cluster, eine Zuordnung, ein Label, ein Kabel, einen Standort, ein Netz, ein Zeitfenster oder etwas anderes an, das Administratoren pflegen.</translation>
    </message>
    <message>
        <source>Edit...</source>
        <translation>Bearbeiten...</translation>
    </message>
    <message>
        <source>Changes fields of the selected objects in the draft: names, labels, site, cables, what a login must prove.</source>
        <translation>Ändert Felder der gewählten Objekte im Entwurf: Namen, Labels, Standort, Kabel, was eine Anmeldung beweisen muss.</translation>
    </message>
    <message>
        <source>Takes the selected objects out of the SAN, in the draft; on Zoning a member leaves its zone.</source>
        <translation>Nimmt die gewählten Objekte aus dem SAN, im Entwurf; auf Zoning verlässt ein Mitglied seine Zone.</translation>
    </message>
    <message>
        <source>Limits and habits of this SAN...</source>
        <translation>Grenzen und Gewohnheiten dieses SAN...</translation>
    </message>
    <message>
        <source>Changes in the draft whether change sets need an approval, how long a commit waits to be confirmed, and when the rules speak.</source>
        <translation>Ändert im Entwurf, ob Änderungssätze eine Freigabe brauchen, wie lange ein Commit auf seine Bestätigung wartet und wann die Regeln sich melden.</translation>
    </message>
    <message>
        <source>Cable labels...</source>
        <translation>Kabeletiketten...</translation>
    </message>
    <message>
        <source>Shows labels for both ends of the cables on sheets as shops sell them, and saves them to be printed.</source>
        <translation>Zeigt Etiketten für beide Enden der Kabel auf Bögen, wie man sie kaufen kann, und speichert sie zum Drucken.</translation>
    </message>
    <message>
        <source>Put into a zone set...</source>
        <translation>In einen Zonensatz aufnehmen...</translation>
    </message>
    <message>
        <source>Puts the chosen zones into a zone set.</source>
        <translation>Nimmt die gewählten Zonen in einen Zonensatz auf.</translation>
    </message>
    <message>
        <source>Make the hosts one cluster...</source>
        <translation>Hosts zu einem Cluster machen...</translation>
    </message>
    <message>
        <source>Says that the selected hosts are one cluster, which shares logical units on purpose.</source>
        <translation>Sagt, dass die ausgewählten Hosts ein Cluster sind, der logische Einheiten absichtlich teilt.</translation>
    </message>
    <message>
        <source>Lets the chosen change set take effect. Where a guard stops it, shows what it says and asks why.</source>
        <translation>Lässt den gewählten Änderungssatz wirksam werden. Wo ihn eine Schranke aufhält, wird gezeigt, was sie sagt, und nach dem Grund gefragt.</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>%1 and %2 others</source>
        <translation>%1 und %2 andere</translation>
    </message>
    <message>
        <source>%1 and 1 other</source>
        <translation>%1 und 1 anderes</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>1 logical unit</source>
        <translation>1 logische Einheit</translation>
    </message>
    <message>
        <source>%1 logical units</source>
        <translation>%1 logische Einheiten</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>read-write</source>
        <translation>lesen und schreiben</translation>
    </message>
    <message>
        <source>mutual CHAP</source>
        <translation>beidseitiges CHAP</translation>
    </message>
    <message>
        <source>%1 reaches %2 that nobody approved.</source>
        <translation>%1 erreicht %2 ohne Freigabe.</translation>
    </message>
    <message>
        <source>%1 reaches %2 that nobody approved: %3.</source>
        <translation>%1 erreicht %2 ohne Freigabe: %3.</translation>
    </message>
    <message>
        <source>%1 reach %2 that nobody approved.</source>
        <translation>%1 erreichen %2 ohne Freigabe.</translation>
    </message>
    <message>
        <source>%1 reach %2 that nobody approved: %3.</source>
        <translation>%1 erreichen %2 ohne Freigabe: %3.</translation>
    </message>
    <message>
        <source>Ask for its approval; where it should not be, take the maps or the zone away instead.</source>
        <translation>Die Freigabe beantragen; wo es nicht sein soll, stattdessen die Zuordnungen oder die Zone wegnehmen.</translation>
    </message>
    <message>
        <source>%1 is approved for %2 (%3) and is no host any more.</source>
        <translation>%1 ist für %2 (%3) freigegeben und ist kein Host mehr.</translation>
    </message>
    <message>
        <source>%1 is approved for %2 (%3) and does not reach them.</source>
        <translation>%1 ist für %2 (%3) freigegeben und erreicht sie nicht.</translation>
    </message>
    <message>
        <source>Take the approvals back.</source>
        <translation>Die Freigaben zurücknehmen.</translation>
    </message>
    <message>
        <source>Ask why not, and mend that layer; take the approval back where it is not needed.</source>
        <translation>Fragen, warum nicht, und diese Schicht beheben; die Freigabe zurücknehmen, wo sie nicht gebraucht wird.</translation>
    </message>
    <message>
        <source>Map what the host needs, or take it out of the zone.</source>
        <translation>Zuordnen, was der Host braucht, oder ihn aus der Zone nehmen.</translation>
    </message>
    <message>
        <source>%1 lets in %2, to which the name server does not show it.</source>
        <translation>%1 lässt %2 hinein, obwohl der Nameserver es dort nicht zeigt.</translation>
    </message>
    <message>
        <source>Let the target enforce zoning.</source>
        <translation>Das Target das Zoning durchsetzen lassen.</translation>
    </message>
    <message>
        <source>Take the maps away, or zone them on purpose.</source>
        <translation>Die Zuordnungen wegnehmen oder bewusst zonen.</translation>
    </message>
    <message>
        <source>%1 of %2 agents are silent: %3.</source>
        <translation>%1 von %2 Agenten schweigen: %3.</translation>
    </message>
    <message>
        <source>Look at the way between the agents and the server.</source>
        <translation>Den Weg zwischen den Agenten und dem Server prüfen.</translation>
    </message>
    <message>
        <source>The agent %1 has never reported; it was enrolled %2 minutes ago.</source>
        <translation>Der Agent %1 hat nie berichtet; er wurde vor %2 Minuten aufgenommen.</translation>
    </message>
    <message>
        <source>The agent %1 has not reported for %2 minutes.</source>
        <translation>Der Agent %1 hat seit %2 Minuten nicht berichtet.</translation>
    </message>
    <message>
        <source>Start it, or revoke it where the machine is gone.</source>
        <translation>Ihn starten oder sperren, wo die Maschine weg ist.</translation>
    </message>
    <message>
        <source>%1 should reach %2, and its agent does not list it.</source>
        <translation>%1 sollte %2 erreichen, und der Agent dort listet sie nicht auf.</translation>
    </message>
    <message>
        <source>%1 should reach %2, and its agent does not list them.</source>
        <translation>%1 sollte %2 erreichen, und der Agent dort listet keine davon auf.</translation>
    </message>
    <message>
        <source>Look at the host: whether it logged in, and whether it scanned for new logical units.</source>
        <translation>Den Host ansehen: ob er sich angemeldet und nach neuen logischen Einheiten gesucht hat.</translation>
    </message>
    <message>
        <source>1 session of %1 stands at %2, though one of the two is not registered.</source>
        <translation>1 Sitzung von %1 besteht an %2, obwohl eines der beiden nicht registriert ist.</translation>
    </message>
    <message>
        <source>%3 sessions of %1 stand at %2, though one of the two is not registered.</source>
        <translation>%3 Sitzungen von %1 bestehen an %2, obwohl eines der beiden nicht registriert ist.</translation>
    </message>
    <message>
        <source>1 session of %1 stands at %2, though reach says no.</source>
        <translation>1 Sitzung von %1 besteht an %2, obwohl reach nein sagt.</translation>
    </message>
    <message>
        <source>%3 sessions of %1 stand at %2, though reach says no.</source>
        <translation>%3 Sitzungen von %1 bestehen an %2, obwohl reach nein sagt.</translation>
    </message>
    <message>
        <source>End the session at the target, or zone and map it on purpose.</source>
        <translation>Die Sitzung am Target beenden oder sie bewusst zonen und zuordnen.</translation>
    </message>
    <message>
        <source>%1 was changed by hand at its machine, against what is wanted there: %2.</source>
        <translation>%1 wurde an seiner Maschine von Hand geändert, gegen das dort Gewünschte: %2.</translation>
    </message>
    <message>
        <source>%1 was changed by hand at its machine, against what is wanted there, for %2: %3.</source>
        <translation>%1 wurde an seiner Maschine von Hand geändert, gegen das dort Gewünschte, für %2: %3.</translation>
    </message>
    <message>
        <source>%1 still gives %2 what was taken away.</source>
        <translation>%1 gibt %2 noch, was weggenommen wurde.</translation>
    </message>
    <message>
        <source>%1 does not yet give %2 what is wanted.</source>
        <translation>%1 gibt %2 noch nicht, was gewünscht ist.</translation>
    </message>
    <message>
        <source>Look at the target&apos;s agent: it has not applied what is wanted.</source>
        <translation>Den Agenten des Targets ansehen: er hat das Gewünschte nicht angewendet.</translation>
    </message>
    <message>
        <source>%1 is to give %2 two logical units at one LUN, and gives that of the older map.</source>
        <translation>%1 soll %2 zwei logische Einheiten unter einer LUN geben und gibt die der älteren Zuordnung.</translation>
    </message>
    <message>
        <source>Give the other map another LUN, and see who registered the initiator, and where.</source>
        <translation>Der anderen Zuordnung eine andere LUN geben und nachsehen, wer den Initiator wo registriert hat.</translation>
    </message>
    <message>
        <source>%1 approved 1 change set of their own: %2.</source>
        <translation>%1 hat 1 eigenen Änderungssatz freigegeben: %2.</translation>
    </message>
    <message>
        <source>%1 approved %3 change sets of their own: %2.</source>
        <translation>%1 hat %3 eigene Änderungssätze freigegeben: %2.</translation>
    </message>
    <message>
        <source>Have somebody else look at these changes.</source>
        <translation>Jemand anderen diese Änderungen ansehen lassen.</translation>
    </message>
    <message>
        <source>Find out why, and keep the reason with the ticket.</source>
        <translation>Herausfinden, warum, und den Grund beim Ticket festhalten.</translation>
    </message>
    <message>
        <source>%1 was committed in the freeze %2.</source>
        <translation>%1 wurde in der Sperrzeit %2 übernommen.</translation>
    </message>
    <message>
        <source>%1 were committed in the freeze %2.</source>
        <translation>%1 wurden in der Sperrzeit %2 übernommen.</translation>
    </message>
    <message>
        <source>%1 was committed outside of every change window.</source>
        <translation>%1 wurde außerhalb jedes Änderungsfensters übernommen.</translation>
    </message>
    <message>
        <source>%1 were committed outside of every change window.</source>
        <translation>%1 wurden außerhalb jedes Änderungsfensters übernommen.</translation>
    </message>
    <message>
        <source>Let the server make new secrets and rotate them.</source>
        <translation>Den Server neue Geheimnisse erzeugen und wechseln lassen.</translation>
    </message>
    <message>
        <source>%1 logs in with MD5, which %2 refuses.</source>
        <translation>%1 meldet sich mit MD5 an, was %2 ablehnt.</translation>
    </message>
    <message>
        <source>%1 log in with MD5, which %2 refuses.</source>
        <translation>%1 melden sich mit MD5 an, was %2 ablehnt.</translation>
    </message>
    <message>
        <source>Let both ends offer SHA-256 or SHA3-256, or take the foreign end out of the domain.</source>
        <translation>Beide Enden SHA-256 oder SHA3-256 anbieten lassen oder das fremde Ende aus der Domain nehmen.</translation>
    </message>
    <message>
        <source>Give each of the others a domain of its own with the same targets.</source>
        <translation>Jedem der anderen eine eigene Domain mit denselben Targets geben.</translation>
    </message>
    <message>
        <source>The domain %1 holds initiators of %2 hosts or clusters (%3); the policy allows %4.</source>
        <translation>Die Domain %1 enthält Initiatoren von %2 Hosts oder Clustern (%3); die Richtlinie erlaubt %4.</translation>
    </message>
    <message>
        <source>The domain %1 shows initiators of %2 to each other.</source>
        <translation>Die Domain %1 zeigt Initiatoren von %2 einander.</translation>
    </message>
    <message>
        <source>The initiator %1 is a control node: it sees every initiator and every target.</source>
        <translation>Der Initiator %1 ist ein Steuerknoten: er sieht jeden Initiator und jedes Target.</translation>
    </message>
    <message>
        <source>Take it from the control nodes in the server&apos;s configuration.</source>
        <translation>Ihn in der Konfiguration des Servers aus den Steuerknoten nehmen.</translation>
    </message>
    <message>
        <source>The default domain is on and zones 1 member with each other: %1.</source>
        <translation>Die Standard-Domain ist eingeschaltet und zont 1 Mitglied: %1.</translation>
    </message>
    <message>
        <source>The default domain is on and zones %2 members with each other: %1.</source>
        <translation>Die Standard-Domain ist eingeschaltet und zont %2 Mitglieder miteinander: %1.</translation>
    </message>
    <message>
        <source>Take its members out, once each is zoned on purpose.</source>
        <translation>Ihre Mitglieder herausnehmen, sobald jedes bewusst gezont ist.</translation>
    </message>
    <message>
        <source>1 domain is in no set: %1.</source>
        <translation>1 Domain ist in keinem Satz: %1.</translation>
    </message>
    <message>
        <source>%2 domains are in no set: %1.</source>
        <translation>%2 Domains sind in keinem Satz: %1.</translation>
    </message>
    <message>
        <source>1 domain is in no enabled set, but in %1: %2.</source>
        <translation>1 Domain ist in keinem eingeschalteten Satz, sondern in %1: %2.</translation>
    </message>
    <message>
        <source>%3 domains are in no enabled set, but in %1: %2.</source>
        <translation>%3 Domains sind in keinem eingeschalteten Satz, sondern in %1: %2.</translation>
    </message>
    <message>
        <source>Erase what is left over; put the others into an enabled set.</source>
        <translation>Löschen, was übrig geblieben ist; die anderen in einen eingeschalteten Satz legen.</translation>
    </message>
    <message>
        <source>Enable the set, or erase it with its domains.</source>
        <translation>Den Satz einschalten oder ihn mit seinen Domains löschen.</translation>
    </message>
    <message>
        <source>%1 has no target.</source>
        <translation>%1 hat kein Target.</translation>
    </message>
    <message>
        <source>%1 has no initiator.</source>
        <translation>%1 hat keinen Initiator.</translation>
    </message>
    <message>
        <source>%1 has neither a target nor an initiator.</source>
        <translation>%1 hat weder ein Target noch einen Initiator.</translation>
    </message>
    <message>
        <source>The domain %1 has no target.</source>
        <translation>Die Domain %1 hat kein Target.</translation>
    </message>
    <message>
        <source>The domain %1 has no initiator.</source>
        <translation>Die Domain %1 hat keinen Initiator.</translation>
    </message>
    <message>
        <source>The domain %1 has neither a target nor an initiator.</source>
        <translation>Die Domain %1 hat weder ein Target noch einen Initiator.</translation>
    </message>
    <message>
        <source>Erase it, or add what is missing.</source>
        <translation>Sie löschen oder hinzufügen, was fehlt.</translation>
    </message>
    <message>
        <source>%1 has not been registered for %2 days; it is a member of %3.</source>
        <translation>%1 ist seit %2 Tagen nicht registriert und ist Mitglied von %3.</translation>
    </message>
    <message>
        <source>%1 was zoned %2 days ago, and no registration of it is known; it is a member of %3.</source>
        <translation>%1 wurde vor %2 Tagen gezont; keine Registrierung ist bekannt; es ist Mitglied von %3.</translation>
    </message>
    <message>
        <source>Take it out of its domains.</source>
        <translation>Es aus seinen Domains nehmen.</translation>
    </message>
    <message>
        <source>Names of hosts do not follow %1: %2.</source>
        <translation>Namen von Hosts folgen nicht %1: %2.</translation>
    </message>
    <message>
        <source>Names of domains do not follow %1: %2.</source>
        <translation>Namen von Domains folgen nicht %1: %2.</translation>
    </message>
    <message>
        <source>Rename them.</source>
        <translation>Sie umbenennen.</translation>
    </message>
    <message>
        <source>%1 nodes have the alias %2: %3.</source>
        <translation>%1 Knoten haben den Alias %2: %3.</translation>
    </message>
    <message>
        <source>Leave the alias to the first of them, and give the others their own.</source>
        <translation>Den Alias dem ersten lassen und den anderen einen eigenen geben.</translation>
    </message>
    <message>
        <source>The agents %1 may all speak for %2.</source>
        <translation>Die Agenten %1 dürfen alle für %2 sprechen.</translation>
    </message>
    <message>
        <source>Take the name from the agent that it does not belong to.</source>
        <translation>Dem Agenten, dem der Name nicht gehört, den Namen nehmen.</translation>
    </message>
    <message>
        <source>Targets answer in no declared network: %1.</source>
        <translation>Targets antworten in keinem deklarierten Netz: %1.</translation>
    </message>
    <message>
        <source>Targets answer in the network %1, which is not meant for storage: %2.</source>
        <translation>Targets antworten im Netz %1, das nicht für Speicher gedacht ist: %2.</translation>
    </message>
    <message>
        <source>Declare the network, or move the portals.</source>
        <translation>Das Netz deklarieren oder die Portale verlegen.</translation>
    </message>
    <message>
        <source>Move the portals, or set their groups to the NULL tag.</source>
        <translation>Die Portale verlegen oder ihre Gruppen auf das NULL-Tag setzen.</translation>
    </message>
    <message>
        <source>%1 reaches 1 logical unit %2.</source>
        <translation>%1 erreicht 1 logische Einheit %2.</translation>
    </message>
    <message>
        <source>%1 reaches %3 logical units %2.</source>
        <translation>%1 erreicht %3 logische Einheiten %2.</translation>
    </message>
    <message>
        <source>%1 reach 1 logical unit %2.</source>
        <translation>%1 erreichen 1 logische Einheit %2.</translation>
    </message>
    <message>
        <source>%1 reach %3 logical units %2.</source>
        <translation>%1 erreichen %3 logische Einheiten %2.</translation>
    </message>
    <message>
        <source>by one path only</source>
        <translation>nur über einen Pfad</translation>
    </message>
    <message>
        <source>only through the portal %1, although the target has others</source>
        <translation>nur durch das Portal %1, obwohl das Target andere hat</translation>
    </message>
    <message>
        <source>only through the portal %1</source>
        <translation>nur durch das Portal %1</translation>
    </message>
    <message>
        <source>only through the network %1</source>
        <translation>nur durch das Netz %1</translation>
    </message>
    <message>
        <source>only through the fabric %1</source>
        <translation>nur durch die Fabric %1</translation>
    </message>
    <message>
        <source>only through the initiator %1 and its one portal</source>
        <translation>nur durch den Initiator %1 und sein einziges Portal</translation>
    </message>
    <message>
        <source>Add a portal, a network or a fabric that the paths do not share.</source>
        <translation>Ein Portal, Netz oder eine Fabric hinzufügen, die die Pfade nicht teilen.</translation>
    </message>
    <message>
        <source>%1 proves nothing of itself to %2, though mutual CHAP is wanted.</source>
        <translation>%1 weist sich gegenüber %2 nicht nach, obwohl beidseitiges CHAP gewünscht ist.</translation>
    </message>
    <message>
        <source>Make the credentials mutual, and let the target&apos;s agent apply what is wanted.</source>
        <translation>Die Anmeldedaten beidseitig machen und den Agenten des Targets das Gewünschte anwenden lassen.</translation>
    </message>
    <message>
        <source>%1 takes the name of %2 as proof, though CHAP is wanted.</source>
        <translation>%1 nimmt den Namen von %2 als Nachweis, obwohl CHAP gewünscht ist.</translation>
    </message>
    <message>
        <source>Let the target&apos;s agent apply what is wanted, and end the sessions that began before.</source>
        <translation>Den Agenten des Targets das Gewünschte anwenden lassen und die vorher begonnenen Sitzungen beenden.</translation>
    </message>
    <message>
        <source>%1 takes the name of %2 as proof; nothing demands CHAP.</source>
        <translation>%1 nimmt den Namen von %2 als Nachweis; nichts verlangt CHAP.</translation>
    </message>
    <message>
        <source>Demand CHAP at the target: each pair has its credential.</source>
        <translation>Am Target CHAP verlangen: jedes Paar hat seine Anmeldedaten.</translation>
    </message>
    <message>
        <source>First give each pair a credential, then demand CHAP at the target.</source>
        <translation>Zuerst jedem Paar Anmeldedaten geben, dann am Target CHAP verlangen.</translation>
    </message>
    <message>
        <source>A probe of %1 got in at %2, though reach says no.</source>
        <translation>Eine Probe von %1 kam an %2 hinein, obwohl reach nein sagt.</translation>
    </message>
    <message>
        <source>%3 probes of %1 got in at %2, though reach says no.</source>
        <translation>%3 Proben von %1 kamen an %2 hinein, obwohl reach nein sagt.</translation>
    </message>
    <message>
        <source>%1 could not get in at %2 by a probe, though reach says yes.</source>
        <translation>%1 kam durch eine Probe an %2 nicht hinein, obwohl reach ja sagt.</translation>
    </message>
    <message>
        <source>%1 could not get in at %2 by a probe, though reach says yes: %3.</source>
        <translation>%1 kam durch eine Probe an %2 nicht hinein, obwohl reach ja sagt: %3.</translation>
    </message>
    <message>
        <source>Let the target enforce the zoning, or give it an access list of its own.</source>
        <translation>Das Target das Zoning durchsetzen lassen oder ihm eine eigene Zugriffsliste geben.</translation>
    </message>
    <message>
        <source>Mend the registration of the target, or the portals that it offers.</source>
        <translation>Die Registrierung des Targets oder die angebotenen Portale berichtigen.</translation>
    </message>
    <message>
        <source>%1 was told of targets that are not registered, by %2: %3.</source>
        <translation>%1 erfuhr von Targets, die nicht registriert sind, durch %2: %3.</translation>
    </message>
    <message>
        <source>Register them, so that they can be zoned; or find out whose they are.</source>
        <translation>Sie registrieren, damit sie gezont werden können; oder herausfinden, wem sie gehören.</translation>
    </message>
    <message>
        <source>Take it from those that it is not approved for.</source>
        <translation>Sie denen nehmen, für die sie nicht freigegeben ist.</translation>
    </message>
    <message>
        <source>Take it from all but one, let the others read only, or make them a cluster.</source>
        <translation>Sie allen bis auf einen nehmen, die anderen nur lesen lassen oder sie zum Cluster machen.</translation>
    </message>
    <message>
        <source>%1 is reached by %2, which are not one cluster; none of them may write.</source>
        <translation>%1 wird von %2 erreicht, die kein Cluster sind; keiner davon darf schreiben.</translation>
    </message>
    <message>
        <source>%1 is reached by %2, which are not one cluster; %3 of them may write.</source>
        <translation>%1 wird von %2 erreicht, die kein Cluster sind; %3 davon dürfen schreiben.</translation>
    </message>
    <message>
        <source>%1 reaches %2, labelled %3, which only hosts with %4 may reach.</source>
        <translation>%1 erreicht %2 mit dem Label %3, die nur Hosts mit %4 erreichen dürfen.</translation>
    </message>
    <message>
        <source>%1 reaches %2, labelled %3, which only hosts without %4 may reach.</source>
        <translation>%1 erreicht %2 mit dem Label %3, die nur Hosts ohne %4 erreichen dürfen.</translation>
    </message>
    <message>
        <source>%1 reach %2, labelled %3, which only hosts with %4 may reach.</source>
        <translation>%1 erreichen %2 mit dem Label %3, die nur Hosts mit %4 erreichen dürfen.</translation>
    </message>
    <message>
        <source>%1 reach %2, labelled %3, which only hosts without %4 may reach.</source>
        <translation>%1 erreichen %2 mit dem Label %3, die nur Hosts ohne %4 erreichen dürfen.</translation>
    </message>
    <message>
        <source>Take the logical units from the host, or correct the labels.</source>
        <translation>Dem Host die logischen Einheiten nehmen oder die Labels berichtigen.</translation>
    </message>
    <message>
        <source>targets</source>
        <translation>Targets</translation>
    </message>
    <message>
        <source>may write</source>
        <translation>darf schreiben</translation>
    </message>
    <message>
        <source>cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>members</source>
        <translation>Mitglieder</translation>
    </message>
    <message>
        <source>initiators</source>
        <translation>Initiatoren</translation>
    </message>
    <message>
        <source>limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>oldest</source>
        <translation>ältestes</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>Muster</translation>
    </message>
    <message>
        <source>logical units</source>
        <translation>logische Einheiten</translation>
    </message>
    <message>
        <source>policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>writers</source>
        <translation>Schreibende</translation>
    </message>
    <message>
        <source>hosts or clusters</source>
        <translation>Hosts oder Cluster</translation>
    </message>
    <message>
        <source>separation rule</source>
        <translation>Trennungsregel</translation>
    </message>
    <message>
        <source>%1 is not registered.</source>
        <translation>%1 ist nicht registriert.</translation>
    </message>
    <message>
        <source>%1 is registered by %2.</source>
        <translation>%1 ist von %2 registriert.</translation>
    </message>
    <message>
        <source>%1 belongs to host %2.</source>
        <translation>%1 gehört zum Host %2.</translation>
    </message>
    <message>
        <source>Host %1 is part of cluster %2.</source>
        <translation>Der Host %1 gehört zum Cluster %2.</translation>
    </message>
    <message>
        <source>Domain %1 is in the enabled set %2.</source>
        <translation>Die Domain %1 ist im eingeschalteten Satz %2.</translation>
    </message>
    <message>
        <source>Domain %1 is the default domain, which is on.</source>
        <translation>Die Domain %1 ist die Standard-Domain, die eingeschaltet ist.</translation>
    </message>
    <message>
        <source>Domain %1 is in no set, and such domains are active here.</source>
        <translation>Die Domain %1 ist in keinem Satz, und solche Domains sind hier aktiv.</translation>
    </message>
    <message>
        <source>%1 is a control node, which is shown everything.</source>
        <translation>%1 ist ein Steuerknoten, dem alles gezeigt wird.</translation>
    </message>
    <message>
        <source>Domain %1 holds both.</source>
        <translation>Die Domain %1 enthält beide.</translation>
    </message>
    <message>
        <source>No domain holds both %1 and %2.</source>
        <translation>Keine Domain enthält sowohl %1 als auch %2.</translation>
    </message>
    <message>
        <source>Domain %1 holds both, but is in no set and so not active.</source>
        <translation>Die Domain %1 enthält beide, ist aber in keinem Satz und so nicht aktiv.</translation>
    </message>
    <message>
        <source>Domain %1 holds both, but its set %2 is not enabled.</source>
        <translation>Die Domain %1 enthält beide, aber ihr Satz %2 ist nicht eingeschaltet.</translation>
    </message>
    <message>
        <source>%1 has no portal that is registered.</source>
        <translation>%1 hat kein registriertes Portal.</translation>
    </message>
    <message>
        <source>Portal %1 is not registered as one of the target&apos;s.</source>
        <translation>Das Portal %1 ist nicht als eines des Targets registriert.</translation>
    </message>
    <message>
        <source>No portal group joins %1 and portal %2.</source>
        <translation>Keine Portalgruppe verbindet %1 und das Portal %2.</translation>
    </message>
    <message>
        <source>The portal group of %1 and portal %2 has the tag NULL: no access.</source>
        <translation>Die Portalgruppe von %1 und Portal %2 hat das Tag NULL: kein Zugriff.</translation>
    </message>
    <message>
        <source>Portal %1 is in portal group %2 of %3.</source>
        <translation>Das Portal %1 ist in der Portalgruppe %2 von %3.</translation>
    </message>
    <message>
        <source>Domain %1 names other portals of the target and so leaves this one out.</source>
        <translation>Die Domain %1 nennt andere Portale des Targets und lässt so dieses aus.</translation>
    </message>
    <message>
        <source>No active domain that holds both leads to it.</source>
        <translation>Keine aktive Domain, die beide enthält, führt dahin.</translation>
    </message>
    <message>
        <source>Domain %1 names it.</source>
        <translation>Die Domain %1 nennt es.</translation>
    </message>
    <message>
        <source>Domain %1 leaves no portal of the target out.</source>
        <translation>Die Domain %1 lässt kein Portal des Ziels aus.</translation>
    </message>
    <message>
        <source>A session over portal %1 was seen.</source>
        <translation>Eine Sitzung über das Portal %1 wurde gesehen.</translation>
    </message>
    <message>
        <source>The target&apos;s portals are not known.</source>
        <translation>Die Portale des Targets sind nicht bekannt.</translation>
    </message>
    <message>
        <source>The portals of %1 are not known.</source>
        <translation>Die Portale von %1 sind nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 and %2 are both in network %3.</source>
        <translation>%1 und %2 sind beide im Netz %3.</translation>
    </message>
    <message>
        <source>%1 and %2 are in one subnet, as the agents of both see it.</source>
        <translation>%1 und %2 sind in einem Subnetz, wie die Agenten beider es sehen.</translation>
    </message>
    <message>
        <source>%1 and %2 are in one subnet and VLAN %3, as the agents of both see it.</source>
        <translation>%1 und %2 sind in einem Subnetz und VLAN %3, wie die Agenten beider es sehen.</translation>
    </message>
    <message>
        <source>%1 is in no declared network, so whether it and %2 are connected is not known.</source>
        <translation>%1 ist in keinem deklarierten Netz; ob es mit %2 verbunden ist, ist daher nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 and %2 are of different address families.</source>
        <translation>%1 und %2 gehören zu verschiedenen Adressfamilien.</translation>
    </message>
    <message>
        <source>%1 and %2 are in different declared networks.</source>
        <translation>%1 und %2 sind in verschiedenen deklarierten Netzen.</translation>
    </message>
    <message>
        <source>A probe of the host&apos;s agent got in, and was shown %1 of the logical units that are known.</source>
        <translation>Eine Probe des Agenten des Hosts kam hinein und bekam %1 der bekannten logischen Einheiten gezeigt.</translation>
    </message>
    <message>
        <source>A probe of the host&apos;s agent got in, but no list of logical units came.</source>
        <translation>Eine Probe des Agenten des Hosts kam hinein, aber es kam keine Liste logischer Einheiten.</translation>
    </message>
    <message>
        <source>A probe of the host&apos;s agent was refused: %1.</source>
        <translation>Eine Probe des Agenten des Hosts wurde abgewiesen: %1.</translation>
    </message>
    <message>
        <source>A probe of the host&apos;s agent met no answer: %1.</source>
        <translation>Eine Probe des Agenten des Hosts bekam keine Antwort: %1.</translation>
    </message>
    <message>
        <source>%1 is a foreign target: whom it lets in is not known here.</source>
        <translation>%1 ist ein fremdes Target: wen es hereinlässt, ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 is a foreign target: which logical units it gives to whom is not known here.</source>
        <translation>%1 ist ein fremdes Target: welche logischen Einheiten es wem gibt, ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>The agent of %1 has not reported yet whom it lets in.</source>
        <translation>Der Agent von %1 hat noch nicht berichtet, wen es hereinlässt.</translation>
    </message>
    <message>
        <source>The agent of %1 has not reported yet which logical units it gives to whom.</source>
        <translation>Der Agent von %1 hat noch nicht berichtet, welche logischen Einheiten es wem gibt.</translation>
    </message>
    <message>
        <source>%1 lets everybody in.</source>
        <translation>%1 lässt alle hinein.</translation>
    </message>
    <message>
        <source>Whom %1 lets in is not known.</source>
        <translation>Wen %1 hereinlässt, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 lets %2 in, as its agent applied (revision %3).</source>
        <translation>%1 lässt %2 hinein, wie sein Agent es angewendet hat (Revision %3).</translation>
    </message>
    <message>
        <source>%1 does not let %2 in, as its agent applied (revision %3).</source>
        <translation>%1 lässt %2 nicht hinein, wie sein Agent es angewendet hat (Revision %3).</translation>
    </message>
    <message>
        <source>%1 is to let everybody in.</source>
        <translation>%1 soll alle hereinlassen.</translation>
    </message>
    <message>
        <source>By what %1 is to decide is not set.</source>
        <translation>Wonach %1 entscheiden soll, ist nicht festgelegt.</translation>
    </message>
    <message>
        <source>%1 is to let in whom it shares an active domain with: %2 does.</source>
        <translation>%1 soll hereinlassen, mit wem es eine aktive Domain teilt: %2 gehört dazu.</translation>
    </message>
    <message>
        <source>%1 is to let in whom it shares an active domain with: %2 does not.</source>
        <translation>%1 soll hereinlassen, mit wem es eine aktive Domain teilt: %2 gehört nicht dazu.</translation>
    </message>
    <message>
        <source>%1 is to let in whom it has a map for: %2 has one.</source>
        <translation>%1 soll hereinlassen, für wen es eine Zuordnung hat: %2 hat eine.</translation>
    </message>
    <message>
        <source>%1 is to let in whom it has a map for: %2 has none.</source>
        <translation>%1 soll hereinlassen, für wen es eine Zuordnung hat: %2 hat keine.</translation>
    </message>
    <message>
        <source>A login must prove itself by %1, and there is no credential for it.</source>
        <translation>Eine Anmeldung muss sich durch %1 nachweisen, und es gibt keine Anmeldedaten dafür.</translation>
    </message>
    <message>
        <source>A login must prove itself by %1: the credential of user %2 is not mutual.</source>
        <translation>Eine Anmeldung muss sich durch %1 nachweisen: die Anmeldedaten des Benutzers %2 sind nicht beidseitig.</translation>
    </message>
    <message>
        <source>A login must prove itself by %1: the credential of user %2 is there.</source>
        <translation>Eine Anmeldung muss sich durch %1 nachweisen: die Anmeldedaten des Benutzers %2 sind da.</translation>
    </message>
    <message>
        <source>A login must prove itself by %1: the credential of user %2 is held by both ends.</source>
        <translation>Eine Anmeldung muss sich durch %1 nachweisen: beide Enden haben die Anmeldedaten des Benutzers %2.</translation>
    </message>
    <message>
        <source>A login must prove itself by %1: the credential of user %2: the initiator %3, the target %4.</source>
        <translation>Eine Anmeldung muss sich durch %1 nachweisen: die Anmeldedaten des Benutzers %2: der Initiator %3, das Target %4.</translation>
    </message>
    <message>
        <source>%1 has not applied that yet: it may still take the secret of before.</source>
        <translation>%1 hat das noch nicht angewendet: es nimmt vielleicht noch das Geheimnis von vorher.</translation>
    </message>
    <message>
        <source>has it</source>
        <translation>hat sie</translation>
    </message>
    <message>
        <source>does not have it</source>
        <translation>hat sie nicht</translation>
    </message>
    <message>
        <source>may have it or not</source>
        <translation>hat sie vielleicht</translation>
    </message>
    <message>
        <source>%1 does not map %2 for %3.</source>
        <translation>%1 ordnet %2 nicht für %3 zu.</translation>
    </message>
    <message>
        <source>%1 maps %2 for %3 as LUN %4, %5.</source>
        <translation>%1 ordnet %2 für %3 als LUN %4 zu, %5.</translation>
    </message>
    <message>
        <source>%1 is to map %2 for %3 as LUN %4, %5.</source>
        <translation>%1 soll %2 für %3 als LUN %4 zuordnen, %5.</translation>
    </message>
    <message>
        <source>%1 is to map %2 for %3 as LUN %4, %5, until it is taken away.</source>
        <translation>%1 soll %2 für %3 als LUN %4 zuordnen, %5, bis es weggenommen wird.</translation>
    </message>
    <message>
        <source>%1 is to map %2 for %3, but an older map has LUN %4, with %5.</source>
        <translation>%1 soll %2 für %3 zuordnen, aber LUN %4 hat eine ältere Zuordnung, mit %5.</translation>
    </message>
    <message>
        <source>%1 stands behind no target that is known: its agent must report it.</source>
        <translation>%1 steht hinter keinem bekannten Target: der Agent dort muss sie berichten.</translation>
    </message>
    <message>
        <source>%1 has no initiator that is known: start its agent or its iSNS client.</source>
        <translation>%1 hat keinen bekannten Initiator: dort den Agenten oder den iSNS-Client starten.</translation>
    </message>
    <message>
        <source>%1 must register: start its agent or its iSNS client.</source>
        <translation>%1 muss sich registrieren: dort den Agenten oder den iSNS-Client starten.</translation>
    </message>
    <message>
        <source>%1 must register a portal and a portal group whose tag is not NULL.</source>
        <translation>%1 muss ein Portal und eine Portalgruppe registrieren, deren Tag nicht NULL ist.</translation>
    </message>
    <message>
        <source>No portal of %1 is in a network with a portal of %2: connect them, or correct the declared networks.</source>
        <translation>Kein Portal von %1 ist in einem Netz mit einem Portal von %2: sie verbinden oder die deklarierten Netze berichtigen.</translation>
    </message>
    <message>
        <source>%1 is a foreign target: its administrator must let %2 in and give it %3.</source>
        <translation>%1 ist ein fremdes Target: dort muss der Administrator %2 hereinlassen und %3 geben.</translation>
    </message>
    <message>
        <source>Enable the set %1, whose domain %2 holds both.</source>
        <translation>Den Satz %1 einschalten, dessen Domain %2 beide enthält.</translation>
    </message>
    <message>
        <source>Put the domain %1, which holds both, in the enabled set %2.</source>
        <translation>Die Domain %1, die beide enthält, in den eingeschalteten Satz %2 legen.</translation>
    </message>
    <message>
        <source>Put the domain %1, which holds both, in a new enabled set %2.</source>
        <translation>Die Domain %1, die beide enthält, in einen neuen eingeschalteten Satz %2 legen.</translation>
    </message>
    <message>
        <source>Add %1 to the domain %2.</source>
        <translation>%1 in die Domain %2 aufnehmen.</translation>
    </message>
    <message>
        <source>Make a domain of the two.</source>
        <translation>Aus den beiden eine Domain anlegen.</translation>
    </message>
    <message>
        <source>Make a domain of the two in the enabled set %1.</source>
        <translation>Aus den beiden eine Domain im eingeschalteten Satz %1 anlegen.</translation>
    </message>
    <message>
        <source>Make a domain of the two in a new enabled set %1.</source>
        <translation>Aus den beiden eine Domain in einem neuen eingeschalteten Satz %1 anlegen.</translation>
    </message>
    <message>
        <source>Let %1 decide by zoning.</source>
        <translation>%1 nach dem Zoning entscheiden lassen.</translation>
    </message>
    <message>
        <source>Add the portal %1 to the domain %2.</source>
        <translation>Das Portal %1 in die Domain %2 aufnehmen.</translation>
    </message>
    <message>
        <source>Make the credential of user %1 mutual.</source>
        <translation>Die Anmeldedaten des Benutzers %1 beidseitig machen.</translation>
    </message>
    <message>
        <source>Make a CHAP credential for %1 at %2.</source>
        <translation>CHAP-Anmeldedaten für %1 an %2 anlegen.</translation>
    </message>
    <message>
        <source>Make a mutual CHAP credential for %1 at %2.</source>
        <translation>Beidseitige CHAP-Anmeldedaten für %1 an %2 anlegen.</translation>
    </message>
    <message>
        <source>Give the map of %1 at %2 for %3 the LUN %4, as an older map has its own.</source>
        <translation>Der Zuordnung von %1 an %2 für %3 die LUN %4 geben, da eine ältere Zuordnung die ihre hat.</translation>
    </message>
    <message>
        <source>Map %1 at %2 for %3 as LUN %4, read-write.</source>
        <translation>%1 an %2 für %3 als LUN %4 zuordnen, lesen und schreiben.</translation>
    </message>
    <message>
        <source>Wait for the agent of %1, which has not reported yet, or see why it does not apply what is desired.</source>
        <translation>Auf den Agenten von %1 warten, der noch nicht berichtet hat, oder nachsehen, warum er das Gewünschte nicht anwendet.</translation>
    </message>
    <message>
        <source>Wait for the agent of %1, which has applied revision %2, or see why it does not apply what is desired.</source>
        <translation>Auf den Agenten von %1 warten, der Revision %2 angewendet hat, oder nachsehen, warum er das Gewünschte nicht anwendet.</translation>
    </message>
    <message>
        <source>It changes %1 objects, and %2 are allowed in one change set: make several of it.</source>
        <translation>Er ändert %1 Objekte, und %2 sind in einem Änderungssatz erlaubt: mehrere daraus machen.</translation>
    </message>
    <message>
        <source>It changes what hosts reach in %1 places, and %2 are allowed in one change set: make several of it.</source>
        <translation>Er ändert an %1 Stellen, was Hosts erreichen, und %2 sind in einem Änderungssatz erlaubt: mehrere daraus machen.</translation>
    </message>
    <message>
        <source>%1 maps would have to be applied by %2, together with what this takes away, and %3 are the most for one agent: map or zone less at its targets, make several change sets of it, or let another agent serve some of them.</source>
        <translation>%1 Zuordnungen müsste %2 anwenden, mit dem, was hiermit weggenommen wird, und %3 sind das Meiste für einen Agenten: an seinen Targets weniger zuordnen oder zonen, mehrere Änderungssätze daraus machen, oder einen anderen Agenten einige von ihnen bedienen lassen.</translation>
    </message>
    <message>
        <source>%1 initiators would have to be applied by %2, together with what this takes away, and %3 are the most for one agent: map or zone less at its targets, make several change sets of it, or let another agent serve some of them.</source>
        <translation>%1 Initiatoren müsste %2 anwenden, mit dem, was hiermit weggenommen wird, und %3 sind das Meiste für einen Agenten: an seinen Targets weniger zuordnen oder zonen, mehrere Änderungssätze daraus machen, oder einen anderen Agenten einige von ihnen bedienen lassen.</translation>
    </message>
    <message>
        <source>%1 credentials would have to be applied by %2, together with what this takes away, and %3 are the most for one agent: map or zone less at its targets, make several change sets of it, or let another agent serve some of them.</source>
        <translation>%1 Anmeldedaten müsste %2 anwenden, mit dem, was hiermit weggenommen wird, und %3 sind das Meiste für einen Agenten: an seinen Targets weniger zuordnen oder zonen, mehrere Änderungssätze daraus machen, oder einen anderen Agenten einige von ihnen bedienen lassen.</translation>
    </message>
    <message>
        <source>Changes are frozen now by %1.</source>
        <translation>Änderungen sind jetzt durch %1 gesperrt.</translation>
    </message>
    <message>
        <source>It is outside of the windows for changes.</source>
        <translation>Es ist außerhalb der Änderungsfenster.</translation>
    </message>
    <message>
        <source>1 open session loses access, of %1.</source>
        <translation>1 offene Sitzung verliert den Zugriff, von %1.</translation>
    </message>
    <message>
        <source>%2 open sessions lose access, of %1.</source>
        <translation>%2 offene Sitzungen verlieren den Zugriff, von %1.</translation>
    </message>
    <message>
        <source>CHAP is demanded of %1 without a credential for it: make one in this change set.</source>
        <translation>Von %1 wird CHAP verlangt, ohne Anmeldedaten dafür: in diesem Änderungssatz welche anlegen.</translation>
    </message>
    <message>
        <source>A new credential takes the place of the one that %1 logs in with: agents bring it to both ends.</source>
        <translation>Neue Anmeldedaten ersetzen die, mit denen %1 sich anmeldet: Agenten bringen sie an beide Enden.</translation>
    </message>
    <message>
        <source>A new credential takes the place of the one that %1 logs in with, and an end has no agent: logins are refused until somebody sets the new one there.</source>
        <translation>Neue Anmeldedaten ersetzen die, mit denen %1 sich anmeldet, und ein Ende hat keinen Agenten: Anmeldungen werden abgelehnt, bis jemand die neuen dort einträgt.</translation>
    </message>
    <message>
        <source>Nobody is let in any more by %1.</source>
        <translation>Niemand wird mehr hereingelassen von %1.</translation>
    </message>
    <message>
        <source>All logical units are lost to %1.</source>
        <translation>Alle logischen Einheiten gehen verloren für %1.</translation>
    </message>
    <message>
        <source>%1 is in no enabled set and so shows nobody anything.</source>
        <translation>%1 ist in keinem eingeschalteten Satz und zeigt so niemandem etwas.</translation>
    </message>
    <message>
        <source>When the drain ends: %1</source>
        <translation>Wenn das Leeren endet: %1</translation>
    </message>
    <message>
        <source>1 open session loses access</source>
        <translation>1 offene Sitzung verliert den Zugriff</translation>
    </message>
    <message>
        <source>%1 open sessions lose access</source>
        <translation>%1 offene Sitzungen verlieren den Zugriff</translation>
    </message>
    <message>
        <source>1 node is notified</source>
        <translation>1 Knoten wird benachrichtigt</translation>
    </message>
    <message>
        <source>%1 nodes are notified</source>
        <translation>%1 Knoten werden benachrichtigt</translation>
    </message>
    <message>
        <source>%1 more hosts change</source>
        <translation>%1 weitere Hosts ändern sich</translation>
    </message>
    <message>
        <source>%1 more logical units change</source>
        <translation>%1 weitere logische Einheiten ändern sich</translation>
    </message>
    <message>
        <source>1 host gains %1</source>
        <translation>1 Host gewinnt %1</translation>
    </message>
    <message>
        <source>%2 hosts gain %1</source>
        <translation>%2 Hosts gewinnen %1</translation>
    </message>
    <message>
        <source>1 host loses %1</source>
        <translation>1 Host verliert %1</translation>
    </message>
    <message>
        <source>%2 hosts lose %1</source>
        <translation>%2 Hosts verlieren %1</translation>
    </message>
    <message>
        <source>Secrets of 1 credential have less than 96 bits: %3.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten haben weniger als 96 Bit: %3.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials have less than 96 bits: %3.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten haben weniger als 96 Bit: %3.</translation>
    </message>
    <message>
        <source>Secrets of 1 credential are words of a dictionary: %3.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten sind Wörter aus einem Wörterbuch: %3.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials are words of a dictionary: %3.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten sind Wörter aus einem Wörterbuch: %3.</translation>
    </message>
    <message>
        <source>Secrets of 1 credential are the same in both directions: %3.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten sind in beiden Richtungen gleich: %3.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials are the same in both directions: %3.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten sind in beiden Richtungen gleich: %3.</translation>
    </message>
    <message>
        <source>Secrets of 1 credential are the same as a user name: %3.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten gleichen einem Benutzernamen: %3.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials are the same as a user name: %3.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten gleichen einem Benutzernamen: %3.</translation>
    </message>
    <message>
        <source>Secrets of 1 credential are used by another credential too: %3.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten werden auch von anderen Anmeldedaten verwendet: %3.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials are used by another credential too: %3.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten werden auch von anderen Anmeldedaten verwendet: %3.</translation>
    </message>
    <message>
        <source>Secrets of 1 credential are older than %3 days, the oldest %4: %5.</source>
        <translation>Geheimnisse von 1 Satz Anmeldedaten sind älter als %3 Tage, das älteste %4: %5.</translation>
    </message>
    <message>
        <source>Secrets of %1 credentials are older than %3 days, the oldest %4: %5.</source>
        <translation>Geheimnisse von %1 Sätzen Anmeldedaten sind älter als %3 Tage, das älteste %4: %5.</translation>
    </message>
    <message>
        <source>1 host gets another right to %1</source>
        <translation>1 Host bekommt ein anderes Recht auf %1</translation>
    </message>
    <message>
        <source>%2 hosts get another right to %1</source>
        <translation>%2 Hosts bekommen ein anderes Recht auf %1</translation>
    </message>
    <message>
        <source>%1 (%2 with an open session)</source>
        <translation>%1 (%2 mit offener Sitzung)</translation>
    </message>
    <message>
        <source>%1 gains 1 logical unit</source>
        <translation>%1 gewinnt 1 logische Einheit</translation>
    </message>
    <message>
        <source>%1 gains %2 logical units</source>
        <translation>%1 gewinnt %2 logische Einheiten</translation>
    </message>
    <message>
        <source>%1 loses 1 logical unit</source>
        <translation>%1 verliert 1 logische Einheit</translation>
    </message>
    <message>
        <source>%1 loses %2 logical units</source>
        <translation>%1 verliert %2 logische Einheiten</translation>
    </message>
    <message>
        <source>%1 gets another right to 1 logical unit</source>
        <translation>%1 bekommt ein anderes Recht auf 1 logische Einheit</translation>
    </message>
    <message>
        <source>%1 gets another right to %2 logical units</source>
        <translation>%1 bekommt ein anderes Recht auf %2 logische Einheiten</translation>
    </message>
    <message>
        <source>%1 gains %2, loses %3</source>
        <translation>%1 gewinnt %2, verliert %3</translation>
    </message>
    <message>
        <source>%1 finds %2 and may use none of its 1 logical unit.</source>
        <translation>%1 findet %2 und darf die eine logische Einheit dahinter nicht nutzen.</translation>
    </message>
    <message>
        <source>%1 finds %2 and may use none of its %3 logical units.</source>
        <translation>%1 findet %2 und darf keine der %3 logischen Einheiten dahinter nutzen.</translation>
    </message>
    <message>
        <source>%1 find %2 and may use none of its 1 logical unit.</source>
        <translation>%1 finden %2 und dürfen die eine logische Einheit dahinter nicht nutzen.</translation>
    </message>
    <message>
        <source>%1 find %2 and may use none of its %3 logical units.</source>
        <translation>%1 finden %2 und dürfen keine der %3 logischen Einheiten dahinter nutzen.</translation>
    </message>
    <message>
        <source>label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Take it over by a change set, or end it there: sanctl agent break-glass end. The audit log has who did it.</source>
        <translation>Durch einen Änderungssatz übernehmen oder dort beenden: sanctl agent break-glass end. Das Prüfprotokoll sagt, wer es war.</translation>
    </message>
    <message>
        <source>Look at the target&apos;s access list and the credentials of both, or take the host out of the zone.</source>
        <translation>Die Zugriffsliste des Targets und die Anmeldedaten beider ansehen oder den Host aus der Zone nehmen.</translation>
    </message>
    <message>
        <source>%1, as %2 tells the agent %3, has portals that are not registered: %4.</source>
        <translation>%1 hat, wie %2 dem Agenten %3 sagt, Portale, die nicht registriert sind: %4.</translation>
    </message>
    <message>
        <source>%1, as %2 tells the agent %3, lacks portals that are registered: %4.</source>
        <translation>%1 fehlen, wie %2 dem Agenten %3 sagt, registrierte Portale: %4.</translation>
    </message>
    <message>
        <source>%1, as %2 tells the agent %3, has portals that are not registered: %4; it lacks portals that are registered: %5.</source>
        <translation>%1 hat, wie %2 dem Agenten %3 sagt, Portale, die nicht registriert sind: %4; es fehlen registrierte Portale: %5.</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>There is no ( for this ).</source>
        <translation>Zu dieser ) gibt es keine (.</translation>
    </message>
    <message>
        <source>A filter has at most %1 bytes.</source>
        <translation>Ein Filter hat höchstens %1 Byte.</translation>
    </message>
    <message>
        <source>A filter has no control characters.</source>
        <translation>Ein Filter enthält keine Steuerzeichen.</translation>
    </message>
    <message>
        <source>A filter is UTF-8 text.</source>
        <translation>Ein Filter ist Text in UTF-8.</translation>
    </message>
    <message>
        <source>OR stands between two conditions.</source>
        <translation>OR steht zwischen zwei Bedingungen.</translation>
    </message>
    <message>
        <source>a word &quot;%1&quot; to search for stands in quotes</source>
        <translation>ein gesuchtes Wort „%1“ steht in Anführungszeichen</translation>
    </message>
    <message>
        <source>AND stands between two conditions.</source>
        <translation>AND steht zwischen zwei Bedingungen.</translation>
    </message>
    <message>
        <source>it may be left out</source>
        <translation>es darf wegbleiben</translation>
    </message>
    <message>
        <source>A filter has at most %1 levels.</source>
        <translation>Ein Filter hat höchstens %1 Ebenen.</translation>
    </message>
    <message>
        <source>A condition is missing behind this.</source>
        <translation>Dahinter fehlt eine Bedingung.</translation>
    </message>
    <message>
        <source>There is no field before this.</source>
        <translation>Davor steht kein Feld.</translation>
    </message>
    <message>
        <source>no blanks stand around it; a text that begins so stands in quotes</source>
        <translation>darum stehen keine Leerzeichen; ein Text, der so beginnt, steht in Anführungszeichen</translation>
    </message>
    <message>
        <source>There is no ) for this (.</source>
        <translation>Zu dieser ( gibt es keine ).</translation>
    </message>
    <message>
        <source>There is nothing between these parentheses.</source>
        <translation>Zwischen diesen Klammern steht nichts.</translation>
    </message>
    <message>
        <source>A blank is missing before this.</source>
        <translation>Davor fehlt ein Leerzeichen.</translation>
    </message>
    <message>
        <source>quotes stand around the whole text</source>
        <translation>Anführungszeichen stehen um den ganzen Text</translation>
    </message>
    <message>
        <source>A text in quotes has no control characters.</source>
        <translation>Ein Text in Anführungszeichen enthält keine Steuerzeichen.</translation>
    </message>
    <message>
        <source>These quotes are not closed.</source>
        <translation>Diese Anführungszeichen sind nicht geschlossen.</translation>
    </message>
    <message>
        <source>A value of %1 is missing here.</source>
        <translation>Hier fehlt ein Wert von %1.</translation>
    </message>
    <message>
        <source>an empty text is &quot;&quot;</source>
        <translation>ein leerer Text ist &quot;&quot;</translation>
    </message>
    <message>
        <source>Only one value can stand here.</source>
        <translation>Hier kann nur ein Wert stehen.</translation>
    </message>
    <message>
        <source>There is no field %1.</source>
        <translation>Es gibt kein Feld %1.</translation>
    </message>
    <message>
        <source>did you mean %1?</source>
        <translation>war %1 gemeint?</translation>
    </message>
    <message>
        <source>a text that holds an operator stands in quotes</source>
        <translation>ein Text mit einem Operator steht in Anführungszeichen</translation>
    </message>
    <message>
        <source>%1 says nothing about %2.</source>
        <translation>%1 sagt nichts über %2.</translation>
    </message>
    <message>
        <source>what is asked for</source>
        <translation>das Gefragte</translation>
    </message>
    <message>
        <source>%1 cannot be asked for here.</source>
        <translation>Nach %1 lässt sich hier nicht fragen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a word to search for; the keyword is %2, in capitals.</source>
        <translation>„%1“ ist ein gesuchtes Wort; das Schlüsselwort ist %2, in Großbuchstaben.</translation>
    </message>
    <message>
        <source>%1 has a range that ends before it begins.</source>
        <translation>%1 hat einen Bereich, der vor seinem Anfang endet.</translation>
    </message>
    <message>
        <source>%1 is yes or no: ask with : or !=.</source>
        <translation>%1 ist ja oder nein: Fragen Sie mit : oder !=.</translation>
    </message>
    <message>
        <source>%1 is yes or no.</source>
        <translation>%1 ist ja oder nein.</translation>
    </message>
    <message>
        <source>%1 is one of %2.</source>
        <translation>%1 ist eines von %2.</translation>
    </message>
    <message>
        <source>%1 has no order: ask with :, =, != or ~.</source>
        <translation>%1 hat keine Ordnung: Fragen Sie mit :, =, != oder ~.</translation>
    </message>
    <message>
        <source>%1 is a kind: ask with : or !=.</source>
        <translation>%1 ist eine Art: Fragen Sie mit : oder !=.</translation>
    </message>
    <message>
        <source>%1 is a kind of object; there is no %2.</source>
        <translation>%1 ist eine Art von Objekt; %2 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is a number: ask with :, &lt;, &gt; and the like.</source>
        <translation>%1 ist eine Zahl: Fragen Sie mit :, &lt;, &gt; und Ähnlichem.</translation>
    </message>
    <message>
        <source>%1 is a number, as 5 or 1..5.</source>
        <translation>%1 ist eine Zahl, etwa 5 oder 1..5.</translation>
    </message>
    <message>
        <source>%1 is a duration, as 90s, 5m, 2h or 7d.</source>
        <translation>%1 ist eine Dauer, etwa 90s, 5m, 2h oder 7d.</translation>
    </message>
    <message>
        <source>%1 is a size, as 512MiB or 1.5TiB.</source>
        <translation>%1 ist eine Größe, etwa 512MiB oder 1.5TiB.</translation>
    </message>
    <message>
        <source>%1 is a time, as 2026-01-31, 2026-01-31T12:00, 7d (ago) or never.</source>
        <translation>%1 ist eine Zeit, etwa 2026-01-31, 2026-01-31T12:00, 7d (her) oder never.</translation>
    </message>
    <message>
        <source>%1 is a revision: ask with :, &lt;, &gt; and the like.</source>
        <translation>%1 ist eine Revision: Fragen Sie mit :, &lt;, &gt; und Ähnlichem.</translation>
    </message>
    <message>
        <source>%1 is a revision, as rev12.</source>
        <translation>%1 ist eine Revision, etwa rev12.</translation>
    </message>
    <message>
        <source>%1 stands with : before a revision.</source>
        <translation>%1 steht mit : vor einer Revision.</translation>
    </message>
    <message>
        <source>%1 stands with : before the name of a field.</source>
        <translation>%1 steht mit : vor dem Namen eines Feldes.</translation>
    </message>
    <message>
        <source>%1 stands before the name of a field; there is no %2.</source>
        <translation>%1 steht vor dem Namen eines Feldes; %2 gibt es nicht.</translation>
    </message>
    <message>
        <source>is what the name server knows</source>
        <translation>ist, was der Namensserver weiß</translation>
    </message>
    <message>
        <source>changes by change sets alone</source>
        <translation>ändert sich nur durch Änderungssätze</translation>
    </message>
    <message>
        <source>is kept by the management server</source>
        <translation>führt der Managementserver</translation>
    </message>
    <message>
        <source>is what agents report</source>
        <translation>ist, was Agenten berichten</translation>
    </message>
    <message>
        <source>%1 refers to a new object that no edit before makes.</source>
        <translation>%1 verweist auf ein neues Objekt, das keine Änderung davor anlegt.</translation>
    </message>
    <message>
        <source>A %1 %2: it cannot be made or erased here.</source>
        <translation>Ein Objekt der Art %1 %2: Es lässt sich hier weder anlegen noch löschen.</translation>
    </message>
    <message>
        <source>A %1 has no field %2.</source>
        <translation>Ein Objekt der Art %1 hat kein Feld %2.</translation>
    </message>
    <message>
        <source>The field %1 of a %2 %3.</source>
        <translation>Das Feld %1 der Art %2 %3.</translation>
    </message>
    <message>
        <source>The iSCSI name cannot be: %1.</source>
        <translation>Der iSCSI-Name ist nicht möglich: %1.</translation>
    </message>
    <message>
        <source>Two edits make the same new %1.</source>
        <translation>Zwei Änderungen legen dasselbe neue Objekt der Art %1 an.</translation>
    </message>
    <message>
        <source>%1 is no list of objects: set it instead.</source>
        <translation>%1 ist keine Liste von Objekten: Setzen Sie es stattdessen.</translation>
    </message>
    <message>
        <source>What joins or leaves %1 is not there.</source>
        <translation>Was zu %1 kommt oder davon geht, ist nicht da.</translation>
    </message>
    <message>
        <source>%1 is not in %2 of %3.</source>
        <translation>%1 ist nicht in %2 von %3.</translation>
    </message>
    <message>
        <source>A change set has at most %1 edits: make several of it.</source>
        <translation>Ein Änderungssatz hat höchstens %1 Änderungen: Machen Sie mehrere daraus.</translation>
    </message>
    <message>
        <source>The %1 is there already: choose another name.</source>
        <translation>%1 ist schon da: Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>The %1 is there already.</source>
        <translation>%1 ist schon da.</translation>
    </message>
    <message>
        <source>There are too many objects of the kind %1.</source>
        <translation>Es gibt zu viele Objekte der Art %1.</translation>
    </message>
    <message>
        <source>There is no %1 #%2.</source>
        <translation>Es gibt kein Objekt %1 #%2.</translation>
    </message>
    <message>
        <source>The %1 cannot change its %2: make another one.</source>
        <translation>%1 kann %2 nicht ändern: Legen Sie ein anderes Objekt an.</translation>
    </message>
    <message>
        <source>%1 is no list: set it instead.</source>
        <translation>%1 ist keine Liste: Setzen Sie es stattdessen.</translation>
    </message>
    <message>
        <source>%1 is no member of %2.</source>
        <translation>%1 ist kein Mitglied von %2.</translation>
    </message>
    <message>
        <source>A new %1 needs its %2.</source>
        <translation>Ein neues Objekt der Art %1 braucht %2.</translation>
    </message>
    <message>
        <source>What it refers to is not there any more.</source>
        <translation>Worauf es verweist, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Members that are not there any more were left out.</source>
        <translation>Mitglieder, die nicht mehr da sind, wurden weggelassen.</translation>
    </message>
    <message>
        <source>It is in use by the %1.</source>
        <translation>%1 benutzt es.</translation>
    </message>
    <message>
        <source>Others made an object of this number.</source>
        <translation>Andere haben ein Objekt mit dieser Nummer angelegt.</translation>
    </message>
    <message>
        <source>Others changed what the draft erases.</source>
        <translation>Andere haben geändert, was der Entwurf löscht.</translation>
    </message>
    <message>
        <source>Others erased what the draft changes.</source>
        <translation>Andere haben gelöscht, was der Entwurf ändert.</translation>
    </message>
    <message>
        <source>Others changed it to something else.</source>
        <translation>Andere haben es anders geändert.</translation>
    </message>
    <message>
        <source>Others erased it.</source>
        <translation>Andere haben es gelöscht.</translation>
    </message>
    <message>
        <source>Others made it.</source>
        <translation>Andere haben es angelegt.</translation>
    </message>
    <message>
        <source>It was changed since it was made.</source>
        <translation>Es wurde seit seiner Anlage geändert.</translation>
    </message>
    <message>
        <source>It is there again.</source>
        <translation>Es ist wieder da.</translation>
    </message>
    <message>
        <source>It is not there any more.</source>
        <translation>Es ist nicht mehr da.</translation>
    </message>
    <message>
        <source>It was changed since.</source>
        <translation>Es wurde seither geändert.</translation>
    </message>
    <message>
        <source>Others changed what was to go.</source>
        <translation>Andere haben geändert, was gehen sollte.</translation>
    </message>
    <message>
        <source>What is taken away stays until it is drained, and beside it this cannot be: %1 Or make two change sets of it, or commit it without a drain.</source>
        <translation>Was weggenommen wird, bleibt, bis es ausgelaufen ist, und daneben geht dies nicht: %1 Oder machen Sie zwei Änderungssätze daraus, oder übernehmen Sie es ohne Auslauf.</translation>
    </message>
    <message>
        <source>The window %1 ends before it starts.</source>
        <translation>Das Fenster %1 endet, bevor es beginnt.</translation>
    </message>
    <message>
        <source>all its targets</source>
        <translation>alle seine Targets</translation>
    </message>
    <message>
        <source>%1 has a credential for %2 already: change that one.</source>
        <translation>%1 hat schon Anmeldedaten für %2: Ändern Sie diese.</translation>
    </message>
    <message>
        <source>%1 is part of the hosts %2 and %3: take it out of one of them.</source>
        <translation>%1 gehört zu den Hosts %2 und %3: Nehmen Sie es aus einem davon heraus.</translation>
    </message>
    <message>
        <source>%1 does not stand behind %2: choose a target that has it.</source>
        <translation>%1 steht nicht hinter %2: Wählen Sie ein Target, das sie hat.</translation>
    </message>
    <message>
        <source>%1 has %2 through %3 already: change that map.</source>
        <translation>%1 hat %2 schon über %3: Ändern Sie diese Zuordnung.</translation>
    </message>
    <message>
        <source>LUN %1 of %2 is given to %3 by two maps, with %4 and %5: choose another LUN for one of them.</source>
        <translation>LUN %1 von %2 bekommt %3 durch zwei Zuordnungen, mit %4 und %5: Wählen Sie für eine davon eine andere LUN.</translation>
    </message>
    <message>
        <source>%1 is a whole number from 0.</source>
        <translation>%1 ist eine ganze Zahl ab 0.</translation>
    </message>
    <message>
        <source>%1 is a number and its unit, as in 30m, 12h or 7d.</source>
        <translation>%1 ist eine Zahl mit ihrer Einheit, wie 30m, 12h oder 7d.</translation>
    </message>
    <message>
        <source>%1 is a time: 2026-12-24T08:00:00Z (UTC), or 2026-12-24.</source>
        <translation>%1 ist eine Zeit: 2026-12-24T08:00:00Z (UTC) oder 2026-12-24.</translation>
    </message>
    <message>
        <source>%1 must be at most %2.</source>
        <translation>%1 darf höchstens %2 sein.</translation>
    </message>
    <message>
        <source>%1 must have at most %2 entries.</source>
        <translation>%1 darf höchstens %2 Einträge haben.</translation>
    </message>
    <message>
        <source>%1 must be subnets, as 10.0.0.0/24 or fd00::/64.</source>
        <translation>%1 sind Subnetze, wie 10.0.0.0/24 oder fd00::/64.</translation>
    </message>
    <message>
        <source>%1 has a subnet with bits beyond its prefix: %2.</source>
        <translation>%1 hat ein Subnetz mit Bits jenseits seines Präfixes: %2.</translation>
    </message>
    <message>
        <source>%1 still uses %2, which it may not reach any more.</source>
        <translation>%1 benutzt noch %2, obwohl der Zugriff darauf weggenommen ist.</translation>
    </message>
    <message>
        <source>%1 still uses %2, which it may not reach any more: %3.</source>
        <translation>%1 benutzt noch %2, obwohl der Zugriff darauf weggenommen ist: %3.</translation>
    </message>
    <message>
        <source>%1 still uses %2, which it is shown no more.</source>
        <translation>%1 benutzt noch %2, obwohl ihm das nicht mehr gezeigt wird.</translation>
    </message>
    <message>
        <source>%1 still uses %2, which it is shown no more: %3.</source>
        <translation>%1 benutzt noch %2, obwohl ihm das nicht mehr gezeigt wird: %3.</translation>
    </message>
    <message>
        <source>End its use at the host, or bring its zone and its map back.</source>
        <translation>Die Benutzung am Host beenden oder Zone und Zuordnung zurückbringen.</translation>
    </message>
    <message>
        <source>LUN %1 of %2</source>
        <translation>LUN %1 von %2</translation>
    </message>
    <message>
        <source>mounted at %1</source>
        <translation>eingehängt unter %1</translation>
    </message>
    <message>
        <source>part of %1</source>
        <translation>Teil von %1</translation>
    </message>
    <message>
        <source>open in process %1</source>
        <translation>offen im Prozess %1</translation>
    </message>
    <message>
        <source>open in 1 NBD client</source>
        <translation>offen in 1 NBD-Client</translation>
    </message>
    <message>
        <source>open in %1 NBD clients</source>
        <translation>offen in %1 NBD-Clients</translation>
    </message>
    <message>
        <source>in use by the kernel</source>
        <translation>vom Kernel benutzt</translation>
    </message>
    <message>
        <source>The server cannot be reached</source>
        <translation>Der Server ist nicht zu erreichen</translation>
    </message>
    <message>
        <source>The server cannot be reached: %1</source>
        <translation>Der Server ist nicht zu erreichen: %1</translation>
    </message>
    <message>
        <source>The server does not answer.</source>
        <translation>Der Server antwortet nicht.</translation>
    </message>
    <message>
        <source>The server has said nothing for %1 s.</source>
        <translation>Der Server hat seit %1 s nichts gesagt.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not taken</source>
        <translation>Das Zertifikat des Servers wird nicht angenommen</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not taken: %1 Connect to it anew to look at its certificate.</source>
        <translation>Das Zertifikat des Servers wird nicht angenommen: %1 Neu verbinden, um das Zertifikat anzusehen.</translation>
    </message>
    <message>
        <source>It is of another authority than the one that was accepted.</source>
        <translation>Es stammt von einer anderen Zertifizierungsstelle als der, die akzeptiert wurde.</translation>
    </message>
    <message>
        <source>Connect to it anew to look at its certificate.</source>
        <translation>Neu verbinden, um das Zertifikat anzusehen.</translation>
    </message>
    <message>
        <source>What is shown stays as it is; the console tries again by itself.</source>
        <translation>Was gezeigt wird, bleibt, wie es ist; die Konsole versucht es von selbst erneut.</translation>
    </message>
    <message>
        <source>It closed the connection.</source>
        <translation>Er hat die Verbindung geschlossen.</translation>
    </message>
    <message>
        <source>It does not answer.</source>
        <translation>Er antwortet nicht.</translation>
    </message>
    <message>
        <source>Its answer is too long.</source>
        <translation>Seine Antwort ist zu lang.</translation>
    </message>
    <message>
        <source>Its authority cannot be read.</source>
        <translation>Seine Zertifizierungsstelle lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The TLS handshake failed: %1.</source>
        <translation>Der TLS-Handshake ist gescheitert: %1.</translation>
    </message>
</context>
<context>
    <name>Sheets</name>
    <message>
        <source>A4, 65 labels of 38.1 x 21.2 mm</source>
        <translation>A4, 65 Etiketten zu 38,1 x 21,2 mm</translation>
    </message>
    <message>
        <source>A4, 189 labels of 25.4 x 10 mm</source>
        <translation>A4, 189 Etiketten zu 25,4 x 10 mm</translation>
    </message>
    <message>
        <source>A4, 21 labels of 63.5 x 38.1 mm</source>
        <translation>A4, 21 Etiketten zu 63,5 x 38,1 mm</translation>
    </message>
    <message>
        <source>Letter, 80 labels of 44.5 x 12.7 mm</source>
        <translation>Letter, 80 Etiketten zu 44,5 x 12,7 mm</translation>
    </message>
    <message>
        <source>Letter, 30 labels of 66.7 x 25.4 mm</source>
        <translation>Letter, 30 Etiketten zu 66,7 x 25,4 mm</translation>
    </message>
</context>
<context>
    <name>Tables</name>
    <message>
        <source>A CHAP secret is shorter than 96 bits, a word of a dictionary, the same as its peer&apos;s, as a user name or as another credential&apos;s; or it is older than secret_days (0: any age), which is medium.</source>
        <translation>Ein CHAP-Geheimnis ist kürzer als 96 Bit, ein Wort aus einem Wörterbuch, dasselbe wie das der Gegenseite, wie ein Benutzername oder wie das anderer Anmeldedaten; oder es ist älter als secret_days (0: beliebig alt), das ist mittel.</translation>
    </message>
    <message>
        <source>A change outside of the change windows</source>
        <translation>Eine Änderung außerhalb der Änderungsfenster</translation>
    </message>
    <message>
        <source>A domain holds initiators of more hosts than max_initiators_per_domain (0: any number). The initiators of one host, and of the hosts of one cluster, count once. Low where the domain is not active.</source>
        <translation>Eine Domain enthält Initiatoren von mehr Hosts als max_initiators_per_domain (0: beliebig viele). Die Initiatoren eines Hosts und der Hosts eines Clusters zählen einmal. Niedrig, wo die Domain nicht aktiv ist.</translation>
    </message>
    <message>
        <source>A domain that is in no enabled set</source>
        <translation>Eine Domain, die in keinem eingeschalteten Satz ist</translation>
    </message>
    <message>
        <source>A domain without a target or without an initiator</source>
        <translation>Eine Domain ohne Target oder ohne Initiator</translation>
    </message>
    <message>
        <source>A host reaches a logical unit that a separation rule keeps from it. A unit has its own labels and those of its targets; a host its own, those of its cluster and of all its initiators, and for never-with also those of any initiator and of its domains. Critical where the label of the units has a regime.</source>
        <translation>Ein Host erreicht eine logische Einheit, die eine Trennungsregel von ihm fernhält. Eine Einheit hat ihre eigenen Labels und die ihrer Targets; ein Host seine eigenen, die seines Clusters und aller seiner Initiatoren, und für never-with auch die aller Initiatoren und ihrer Domains. Kritisch, wo das Label der Einheiten ein Regelwerk hat.</translation>
    </message>
    <message>
        <source>A host reaches logical units by one path only, or all its paths need the same portal, network, fabric or port of the host: when that fails, the disks are gone. Low where it is a network or a fabric.</source>
        <translation>Ein Host erreicht logische Einheiten nur über einen Pfad, oder alle seine Pfade brauchen dasselbe Portal, Netz, dieselbe Fabric oder denselben Anschluss des Hosts: fällt das aus, sind die Platten weg. Niedrig, wo es ein Netz oder eine Fabric ist.</translation>
    </message>
    <message>
        <source>A host reaches logical units, or writes to them, that the ledger of approved reach does not give to it or to its cluster.</source>
        <translation>Ein Host erreicht logische Einheiten oder schreibt auf sie, die das Verzeichnis der Freigaben weder ihm noch seinem Cluster gibt.</translation>
    </message>
    <message>
        <source>A logical unit shared outside of a cluster</source>
        <translation>Eine logische Einheit, die außerhalb eines Clusters geteilt wird</translation>
    </message>
    <message>
        <source>A member of a domain has not been registered for more than offline_days, or, as far as is known, not since it was zoned. Whoever takes its name inherits its access.</source>
        <translation>Ein Mitglied einer Domain ist seit mehr als offline_days nicht registriert oder, soweit bekannt, nicht seit seiner Zonung. Wer seinen Namen übernimmt, erbt seinen Zugriff.</translation>
    </message>
    <message>
        <source>A name that does not follow the convention</source>
        <translation>Ein Name, der nicht der Konvention folgt</translation>
    </message>
    <message>
        <source>A separation rule is broken</source>
        <translation>Eine Trennungsregel ist verletzt</translation>
    </message>
    <message>
        <source>A target&apos;s portal outside of the storage networks</source>
        <translation>Das Portal eines Targets außerhalb der Speichernetze</translation>
    </message>
    <message>
        <source>A weak, reused or old secret</source>
        <translation>Ein schwaches, mehrfach verwendetes oder altes Geheimnis</translation>
    </message>
    <message>
        <source>Add a portal, a network or a fabric that the paths do not share.</source>
        <translation>Ein Portal, Netz oder eine Fabric hinzufügen, die die Pfade nicht teilen.</translation>
    </message>
    <message>
        <source>Add the side that is missing, or erase the domain.</source>
        <translation>Die fehlende Seite hinzufügen oder die Domain löschen.</translation>
    </message>
    <message>
        <source>An active domain joins registered initiators of hosts that are not one cluster: each learns the names of the others and gets their state changes. An initiator that is a control node sees everything; that is medium.</source>
        <translation>Eine aktive Domain verbindet registrierte Initiatoren von Hosts, die kein Cluster sind: jeder erfährt die Namen der anderen und bekommt ihre Zustandsänderungen. Ein Initiator, der Steuerknoten ist, sieht alles; das ist mittel.</translation>
    </message>
    <message>
        <source>An agent is silent</source>
        <translation>Ein Agent schweigt</translation>
    </message>
    <message>
        <source>An enrolled agent has not reported for longer than agent_silent: what is known of its targets and sessions is old. Where more than half of at least eight agents are silent, that is one finding, and high.</source>
        <translation>Ein aufgenommener Agent hat länger als agent_silent nicht berichtet: was von seinen Targets und Sitzungen bekannt ist, ist alt. Wo mehr als die Hälfte von mindestens acht Agenten schweigt, ist das ein Befund, und hoch.</translation>
    </message>
    <message>
        <source>Approved, but not reachable</source>
        <translation>Freigegeben, aber nicht erreichbar</translation>
    </message>
    <message>
        <source>Ask why it does not work and mend that layer; or take the approval back.</source>
        <translation>Fragen, warum es nicht geht, und diese Schicht beheben; oder die Freigabe zurücknehmen.</translation>
    </message>
    <message>
        <source>Author and approver are the same</source>
        <translation>Autor und Freigebender sind dieselbe Person</translation>
    </message>
    <message>
        <source>CHAP_N of the initiator</source>
        <translation>CHAP_N des Initiators</translation>
    </message>
    <message>
        <source>DD Features; 1: boot list</source>
        <translation>DD Features; 1: Bootliste</translation>
    </message>
    <message>
        <source>DD Symbolic Name</source>
        <translation>DD Symbolic Name</translation>
    </message>
    <message>
        <source>DDS Symbolic Name</source>
        <translation>DDS Symbolic Name</translation>
    </message>
    <message>
        <source>Declare the network, move the portal, or set its portal group to the NULL tag.</source>
        <translation>Das Netz deklarieren, das Portal verlegen oder seine Portalgruppe auf das NULL-Tag setzen.</translation>
    </message>
    <message>
        <source>Enable its set, put it into an enabled one, or erase it.</source>
        <translation>Ihren Satz einschalten, sie in einen eingeschalteten legen oder sie löschen.</translation>
    </message>
    <message>
        <source>Entity Identifier</source>
        <translation>Entity Identifier</translation>
    </message>
    <message>
        <source>Find out why, and keep the reason with the ticket.</source>
        <translation>Herausfinden, warum, und den Grund beim Ticket festhalten.</translation>
    </message>
    <message>
        <source>Gets in without being zoned</source>
        <translation>Kommt hinein, ohne in einer Zone zu sein</translation>
    </message>
    <message>
        <source>Give each host a domain of its own with the targets that it needs.</source>
        <translation>Jedem Host eine eigene Domain mit den Targets geben, die er braucht.</translation>
    </message>
    <message>
        <source>Give each its own alias; take the name from the agent that it does not belong to.</source>
        <translation>Jedem seinen eigenen Alias geben; dem Agenten, dem der Name nicht gehört, den Namen nehmen.</translation>
    </message>
    <message>
        <source>Give each pair a credential, then demand CHAP at the target.</source>
        <translation>Jedem Paar Anmeldedaten geben, dann am Target CHAP verlangen.</translation>
    </message>
    <message>
        <source>Have somebody else look at these changes; turn author_may_approve off.</source>
        <translation>Jemand anderen diese Änderungen ansehen lassen; author_may_approve ausschalten.</translation>
    </message>
    <message>
        <source>Have the access approved, or take it away.</source>
        <translation>Den Zugriff freigeben lassen oder ihn wegnehmen.</translation>
    </message>
    <message>
        <source>Hosts that are not one cluster reach the same logical unit. Two that write to one file system destroy it: high. One that writes beside readers is medium, readers alone are low.</source>
        <translation>Hosts, die kein Cluster sind, erreichen dieselbe logische Einheit. Zwei, die auf ein Dateisystem schreiben, zerstören es: hoch. Einer, der neben Lesenden schreibt, ist mittel, nur Lesende sind niedrig.</translation>
    </message>
    <message>
        <source>Initiators of different hosts see each other</source>
        <translation>Initiatoren verschiedener Hosts sehen einander</translation>
    </message>
    <message>
        <source>Let both ends offer SHA-256 or SHA3-256; where the foreign end cannot, keep it out of this domain.</source>
        <translation>Beide Enden SHA-256 oder SHA3-256 anbieten lassen; wo das fremde Ende das nicht kann, es aus dieser Domain heraushalten.</translation>
    </message>
    <message>
        <source>Let the server make a new secret and rotate.</source>
        <translation>Den Server ein neues Geheimnis erzeugen und wechseln lassen.</translation>
    </message>
    <message>
        <source>Let the target enforce zoning, take the maps away, or zone what is meant to be.</source>
        <translation>Das Target das Zoning durchsetzen lassen, die Zuordnungen wegnehmen oder zonen, was so gemeint ist.</translation>
    </message>
    <message>
        <source>Logins without CHAP, or one-way where mutual is wanted</source>
        <translation>Anmeldungen ohne CHAP, oder einseitig, wo beidseitig gewünscht ist</translation>
    </message>
    <message>
        <source>MD5 where it is refused</source>
        <translation>MD5, wo es abgelehnt wird</translation>
    </message>
    <message>
        <source>MTU of the interface in bytes</source>
        <translation>MTU der Schnittstelle in Byte</translation>
    </message>
    <message>
        <source>Map what the host needs, or take it out of the zone.</source>
        <translation>Zuordnen, was der Host braucht, oder ihn aus der Zone nehmen.</translation>
    </message>
    <message>
        <source>Members in the default domain</source>
        <translation>Mitglieder in der Standard-Domain</translation>
    </message>
    <message>
        <source>More hosts in a domain than the policy allows</source>
        <translation>Mehr Hosts in einer Domain, als die Richtlinie erlaubt</translation>
    </message>
    <message>
        <source>NAA, EUI or T10 designator</source>
        <translation>Bezeichner nach NAA, EUI oder T10</translation>
    </message>
    <message>
        <source>Networks are declared, and a target answers in none of them, or only in such that are not meant for storage.</source>
        <translation>Netze sind deklariert, und ein Target antwortet in keinem davon, oder nur in solchen, die nicht für Speicher gedacht sind.</translation>
    </message>
    <message>
        <source>One name for two</source>
        <translation>Ein Name für zwei</translation>
    </message>
    <message>
        <source>One path, or a shared point of failure</source>
        <translation>Ein Pfad oder eine gemeinsame Fehlerstelle</translation>
    </message>
    <message>
        <source>PCI DSS, HIPAA, SOX or own words</source>
        <translation>PCI DSS, HIPAA, SOX oder eigene Worte</translation>
    </message>
    <message>
        <source>Portal Group Tag; 4294967295: no access</source>
        <translation>Portal Group Tag; 4294967295: kein Zugriff</translation>
    </message>
    <message>
        <source>Portal Symbolic Name</source>
        <translation>Portal Symbolic Name</translation>
    </message>
    <message>
        <source>Reachable without approval</source>
        <translation>Erreichbar ohne Freigabe</translation>
    </message>
    <message>
        <source>Rename them.</source>
        <translation>Sie umbenennen.</translation>
    </message>
    <message>
        <source>Somebody approved a change set of their own. Info where author_may_approve is on.</source>
        <translation>Jemand hat einen eigenen Änderungssatz freigegeben. Info, wo author_may_approve eingeschaltet ist.</translation>
    </message>
    <message>
        <source>Somebody approved the access and it does not work: a host waits for its disk, or the approval is no longer needed. What is not known is no finding.</source>
        <translation>Jemand hat den Zugriff freigegeben, und er funktioniert nicht: ein Host wartet auf seine Platte, oder die Freigabe wird nicht mehr gebraucht. Was nicht bekannt ist, ist kein Befund.</translation>
    </message>
    <message>
        <source>Split the domain, so that each host shares it with targets alone; take control from nodes that only use disks.</source>
        <translation>Die Domain aufteilen, sodass jeder Host sie nur mit Targets teilt; Knoten, die nur Platten nutzen, die Steuerung nehmen.</translation>
    </message>
    <message>
        <source>Start the agent, or look at the way between it and the server; revoke it where the machine is gone.</source>
        <translation>Den Agenten starten oder den Weg zwischen ihm und dem Server prüfen; ihn sperren, wo die Maschine weg ist.</translation>
    </message>
    <message>
        <source>Take it out of its domains, or bring it back.</source>
        <translation>Es aus seinen Domains nehmen oder zurückbringen.</translation>
    </message>
    <message>
        <source>Take the unit from whoever does not need it, let others read only, or say that the hosts are one cluster.</source>
        <translation>Die Einheit dem nehmen, der sie nicht braucht, andere nur lesen lassen oder angeben, dass die Hosts ein Cluster sind.</translation>
    </message>
    <message>
        <source>Take the units from the host, or correct the labels.</source>
        <translation>Dem Host die Einheiten nehmen oder die Labels berichtigen.</translation>
    </message>
    <message>
        <source>The default domain is on and has members: whatever registers is zoned with all of them before anybody has decided that.</source>
        <translation>Die Standard-Domain ist eingeschaltet und hat Mitglieder: was sich registriert, ist mit ihnen allen in einer Zone, bevor jemand das entschieden hat.</translation>
    </message>
    <message>
        <source>The domain gives nobody anything: it was prepared and never enabled, or left over. Where domains without a set are active, only those of disabled sets count.</source>
        <translation>Die Domain gibt niemandem etwas: sie wurde vorbereitet und nie eingeschaltet, oder ist übrig geblieben. Wo Domains ohne Satz aktiv sind, zählen nur die ausgeschalteter Sätze.</translation>
    </message>
    <message>
        <source>The domain joins nobody with a disk. A member that has never registered may be either and is given the benefit of the doubt.</source>
        <translation>Die Domain verbindet niemanden mit einer Platte. Ein Mitglied, das sich nie registriert hat, kann beides sein; im Zweifel zählt es dafür.</translation>
    </message>
    <message>
        <source>The host finds the target and gets none of the logical units behind it: the zone was made and the map or the admission was not, or it is left over. What is not known is no finding.</source>
        <translation>Der Host findet das Target und bekommt keine der logischen Einheiten dahinter: die Zone wurde angelegt, die Zuordnung oder die Zulassung nicht, oder sie ist übrig geblieben. Was nicht bekannt ist, ist kein Befund.</translation>
    </message>
    <message>
        <source>The last login of a pair used CHAP with MD5, and an active domain that joins the two says that MD5 is not enough.</source>
        <translation>Die letzte Anmeldung eines Paars nutzte CHAP mit MD5, und eine aktive Domain, die beide verbindet, sagt, dass MD5 nicht genügt.</translation>
    </message>
    <message>
        <source>The names of hosts and domains are to follow name_pattern, where * stands for any text and ? for one character.</source>
        <translation>Die Namen von Hosts und Domains sollen name_pattern folgen, wobei * für beliebigen Text und ? für ein Zeichen steht.</translation>
    </message>
    <message>
        <source>The target lets the host in and gives it logical units, though the name server does not show it the target. Whoever knows the address is in: zoning gives false comfort here.</source>
        <translation>Das Target lässt den Host hinein und gibt ihm logische Einheiten, obwohl der Nameserver ihm das Target nicht zeigt. Wer die Adresse kennt, ist drin: das Zoning wiegt hier in falscher Sicherheit.</translation>
    </message>
    <message>
        <source>The target takes the initiator&apos;s name as proof of who it is, or asks for less than the policy of the target or its domains says. High where a label with a regime is on the target, a host or a logical unit; low where CHAP is one-way instead of mutual.</source>
        <translation>Das Target nimmt den Namen des Initiators als Nachweis, wer er ist, oder verlangt weniger, als die Richtlinie des Targets oder seiner Domains sagt. Hoch, wo ein Label mit Regelwerk am Target, an einem Host oder an einer logischen Einheit ist; niedrig, wo CHAP einseitig statt beidseitig ist.</translation>
    </message>
    <message>
        <source>Two nodes have the same alias (capitals aside), so that somebody will zone the wrong one; or two agents may speak for one iSCSI name, which is high.</source>
        <translation>Zwei Knoten haben denselben Alias (ohne Groß- und Kleinschreibung), sodass jemand den falschen zonen wird; oder zwei Agenten dürfen für einen iSCSI-Namen sprechen, das ist hoch.</translation>
    </message>
    <message>
        <source>VLAN of the interface; 0: none</source>
        <translation>VLAN der Schnittstelle; 0: keines</translation>
    </message>
    <message>
        <source>VLAN; 0: none</source>
        <translation>VLAN; 0: keines</translation>
    </message>
    <message>
        <source>What is configured is not what is observed</source>
        <translation>Konfiguriertes ist nicht das Beobachtete</translation>
    </message>
    <message>
        <source>Zone the members on purpose, take them out, and turn the default domain off in the server&apos;s configuration.</source>
        <translation>Die Mitglieder bewusst zonen, sie herausnehmen und die Standard-Domain in der Konfiguration des Servers ausschalten.</translation>
    </message>
    <message>
        <source>Zoned, but away for long</source>
        <translation>In einer Zone, aber lange weg</translation>
    </message>
    <message>
        <source>Zoned, but not let in</source>
        <translation>In einer Zone, aber nicht hereingelassen</translation>
    </message>
    <message>
        <source>a portal of that target, as it was told</source>
        <translation>ein Portal dieses Targets, wie es genannt wurde</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>address and port</source>
        <translation>Adresse und Port</translation>
    </message>
    <message>
        <source>admitted</source>
        <translation>zugelassen</translation>
    </message>
    <message>
        <source>after how long without a report an agent is silent (R22)</source>
        <translation>nach welcher Zeit ohne Bericht ein Agent schweigt (R22)</translation>
    </message>
    <message>
        <source>agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>agent silent</source>
        <translation>Agent schweigt</translation>
    </message>
    <message>
        <source>agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>alias</source>
        <translation>Alias</translation>
    </message>
    <message>
        <source>applied at</source>
        <translation>angewendet am</translation>
    </message>
    <message>
        <source>approval needed</source>
        <translation>Freigabe nötig</translation>
    </message>
    <message>
        <source>approver</source>
        <translation>Freigebender</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>gefragt</translation>
    </message>
    <message>
        <source>asymmetric access state</source>
        <translation>asymmetrischer Zugriffszustand</translation>
    </message>
    <message>
        <source>at</source>
        <translation>am</translation>
    </message>
    <message>
        <source>author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>author may approve</source>
        <translation>Autor darf freigeben</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Ausgangsstand</translation>
    </message>
    <message>
        <source>bits of the address that are its subnet&apos;s; 0: unknown</source>
        <translation>Bits der Adresse, die ihr Subnetz sind; 0: unbekannt</translation>
    </message>
    <message>
        <source>by what it decides whom it lets in</source>
        <translation>wonach es entscheidet, wen es hereinlässt</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>change sets</source>
        <translation>Änderungssätze</translation>
    </message>
    <message>
        <source>chap</source>
        <translation>CHAP</translation>
    </message>
    <message>
        <source>claimed-name</source>
        <translation>angegebener Name</translation>
    </message>
    <message>
        <source>cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>color</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>committed</source>
        <translation>übernommen</translation>
    </message>
    <message>
        <source>committed at</source>
        <translation>übernommen am</translation>
    </message>
    <message>
        <source>confirm within</source>
        <translation>Bestätigungsfrist</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>confirming</source>
        <translation>wartet auf Bestätigung</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>control</source>
        <translation>Steuerung</translation>
    </message>
    <message>
        <source>credentials</source>
        <translation>Anmeldedaten</translation>
    </message>
    <message>
        <source>days after which a member that is away is stale (R06)</source>
        <translation>Tage, nach denen ein abwesendes Mitglied veraltet ist (R06)</translation>
    </message>
    <message>
        <source>days after which a secret is old (R14)</source>
        <translation>Tage, nach denen ein Geheimnis alt ist (R14)</translation>
    </message>
    <message>
        <source>days after which the server changes a secret by itself, where agents hold both ends; 0: never</source>
        <translation>Tage, nach denen der Server ein Geheimnis von selbst ändert, wo Agenten beide Enden halten; 0: nie</translation>
    </message>
    <message>
        <source>decommissioning</source>
        <translation>wird stillgelegt</translation>
    </message>
    <message>
        <source>default domain</source>
        <translation>Standard-Domain</translation>
    </message>
    <message>
        <source>designator</source>
        <translation>Bezeichner</translation>
    </message>
    <message>
        <source>desired</source>
        <translation>gewünscht</translation>
    </message>
    <message>
        <source>domains</source>
        <translation>Domains</translation>
    </message>
    <message>
        <source>drain</source>
        <translation>leeren</translation>
    </message>
    <message>
        <source>else for which initiators</source>
        <translation>sonst für welche Initiatoren</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>eingeschaltet</translation>
    </message>
    <message>
        <source>ends</source>
        <translation>endet</translation>
    </message>
    <message>
        <source>enforcement</source>
        <translation>Durchsetzung</translation>
    </message>
    <message>
        <source>enrolled at</source>
        <translation>aufgenommen am</translation>
    </message>
    <message>
        <source>entities</source>
        <translation>Entitäten</translation>
    </message>
    <message>
        <source>entity</source>
        <translation>Entität</translation>
    </message>
    <message>
        <source>everybody</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>expected</source>
        <translation>erwartet</translation>
    </message>
    <message>
        <source>expires</source>
        <translation>läuft ab</translation>
    </message>
    <message>
        <source>fabric</source>
        <translation>Fabric</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>far end</source>
        <translation>anderes Ende</translation>
    </message>
    <message>
        <source>faults of the secret, as bits</source>
        <translation>Mängel des Geheimnisses, als Bits</translation>
    </message>
    <message>
        <source>features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>freeze</source>
        <translation>Sperrzeit</translation>
    </message>
    <message>
        <source>from</source>
        <translation>von</translation>
    </message>
    <message>
        <source>glass broken at</source>
        <translation>Notzugriff am</translation>
    </message>
    <message>
        <source>glass reason</source>
        <translation>Grund des Notzugriffs</translation>
    </message>
    <message>
        <source>hosts</source>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>hosts and clusters</source>
        <translation>Hosts und Cluster</translation>
    </message>
    <message>
        <source>hosts or domains</source>
        <translation>Hosts oder Domains</translation>
    </message>
    <message>
        <source>hosts x logical units that one change set changes; 0: any number</source>
        <translation>Hosts x logische Einheiten, die ein Änderungssatz ändert; 0: beliebig viele</translation>
    </message>
    <message>
        <source>how long a commit waits to be confirmed; 0: not at all</source>
        <translation>wie lange eine Übernahme auf Bestätigung wartet; 0: gar nicht</translation>
    </message>
    <message>
        <source>iSCSI name</source>
        <translation>iSCSI-Name</translation>
    </message>
    <message>
        <source>in</source>
        <translation>in</translation>
    </message>
    <message>
        <source>initiator</source>
        <translation>Initiator</translation>
    </message>
    <message>
        <source>initiator holds</source>
        <translation>beim Initiator</translation>
    </message>
    <message>
        <source>initiators</source>
        <translation>Initiatoren</translation>
    </message>
    <message>
        <source>initiators in a domain, beyond which R01 speaks</source>
        <translation>Initiatoren in einer Domain, ab deren Überschreitung R01 spricht</translation>
    </message>
    <message>
        <source>interface</source>
        <translation>Schnittstelle</translation>
    </message>
    <message>
        <source>its Target Portal Group Tag</source>
        <translation>sein Target Portal Group Tag</translation>
    </message>
    <message>
        <source>its begin</source>
        <translation>sein Anfang</translation>
    </message>
    <message>
        <source>its colour, a word</source>
        <translation>seine Farbe, ein Wort</translation>
    </message>
    <message>
        <source>its connections</source>
        <translation>seine Verbindungen</translation>
    </message>
    <message>
        <source>its domains</source>
        <translation>seine Domains</translation>
    </message>
    <message>
        <source>its end</source>
        <translation>sein Ende</translation>
    </message>
    <message>
        <source>its last report</source>
        <translation>sein letzter Bericht</translation>
    </message>
    <message>
        <source>its name</source>
        <translation>sein Name</translation>
    </message>
    <message>
        <source>its nodes</source>
        <translation>seine Knoten</translation>
    </message>
    <message>
        <source>its portals, which stand for all portals of their entities</source>
        <translation>seine Portale, die für alle Portale ihrer Entitäten stehen</translation>
    </message>
    <message>
        <source>its size</source>
        <translation>seine Größe</translation>
    </message>
    <message>
        <source>its subnets</source>
        <translation>seine Subnetze</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>last seen</source>
        <translation>zuletzt gesehen</translation>
    </message>
    <message>
        <source>leaves at</source>
        <translation>geht am</translation>
    </message>
    <message>
        <source>list</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>logical units of a host</source>
        <translation>logische Einheiten eines Hosts</translation>
    </message>
    <message>
        <source>logical units, sessions, initiators or portals</source>
        <translation>logische Einheiten, Sitzungen, Initiatoren oder Portale</translation>
    </message>
    <message>
        <source>lun</source>
        <translation>LUN</translation>
    </message>
    <message>
        <source>map</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>maps</source>
        <translation>Zuordnungen</translation>
    </message>
    <message>
        <source>max changed cells</source>
        <translation>höchstens geänderte Zellen</translation>
    </message>
    <message>
        <source>max changed objects</source>
        <translation>höchstens geänderte Objekte</translation>
    </message>
    <message>
        <source>max initiators per domain</source>
        <translation>höchstens Initiatoren je Domain</translation>
    </message>
    <message>
        <source>md5</source>
        <translation>MD5</translation>
    </message>
    <message>
        <source>md5 refused</source>
        <translation>MD5 abgelehnt</translation>
    </message>
    <message>
        <source>mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>mtu</source>
        <translation>MTU</translation>
    </message>
    <message>
        <source>mutual</source>
        <translation>beidseitig</translation>
    </message>
    <message>
        <source>mutual-chap</source>
        <translation>beidseitiges CHAP</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>name pattern</source>
        <translation>Namensmuster</translation>
    </message>
    <message>
        <source>names of hosts and domains, with * and ? (R19)</source>
        <translation>Namen von Hosts und Domains, mit * und ? (R19)</translation>
    </message>
    <message>
        <source>never-with</source>
        <translation>nie mit</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>nodes</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>nodes and portals</source>
        <translation>Knoten und Portale</translation>
    </message>
    <message>
        <source>nodes or agents</source>
        <translation>Knoten oder Agenten</translation>
    </message>
    <message>
        <source>non-optimized</source>
        <translation>nicht optimiert</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>objects in one change set; 0: any number</source>
        <translation>Objekte in einem Änderungssatz; 0: beliebig viele</translation>
    </message>
    <message>
        <source>of a target of ours: by what it decides whom it lets in</source>
        <translation>bei einem eigenen Target: wonach es entscheidet, wen es hereinlässt</translation>
    </message>
    <message>
        <source>of a target: what a login must prove, whatever its domains demand</source>
        <translation>bei einem Target: was eine Anmeldung nachweisen muss, was auch immer seine Domains verlangen</translation>
    </message>
    <message>
        <source>offline days</source>
        <translation>Tage offline</translation>
    </message>
    <message>
        <source>one-way</source>
        <translation>einseitig</translation>
    </message>
    <message>
        <source>only-with</source>
        <translation>nur mit</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>optimized</source>
        <translation>optimiert</translation>
    </message>
    <message>
        <source>origin</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>paths</source>
        <translation>Pfade</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>portal</source>
        <translation>Portal</translation>
    </message>
    <message>
        <source>portals</source>
        <translation>Portale</translation>
    </message>
    <message>
        <source>prefix</source>
        <translation>Präfix</translation>
    </message>
    <message>
        <source>proof</source>
        <translation>Nachweis</translation>
    </message>
    <message>
        <source>proven at</source>
        <translation>nachgewiesen am</translation>
    </message>
    <message>
        <source>purpose</source>
        <translation>Zweck</translation>
    </message>
    <message>
        <source>question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>read-write</source>
        <translation>lesen und schreiben</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>regime</source>
        <translation>Regelwerk</translation>
    </message>
    <message>
        <source>registered at</source>
        <translation>registriert am</translation>
    </message>
    <message>
        <source>reported at</source>
        <translation>berichtet am</translation>
    </message>
    <message>
        <source>retired</source>
        <translation>ausgemustert</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>right</source>
        <translation>Recht</translation>
    </message>
    <message>
        <source>rollback</source>
        <translation>Zurückrollen</translation>
    </message>
    <message>
        <source>rolled-back</source>
        <translation>zurückgerollt</translation>
    </message>
    <message>
        <source>rotate days</source>
        <translation>Tage bis zum Wechsel</translation>
    </message>
    <message>
        <source>rotating</source>
        <translation>wird gewechselt</translation>
    </message>
    <message>
        <source>rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>secret days</source>
        <translation>Tage für Geheimnisse</translation>
    </message>
    <message>
        <source>seen at</source>
        <translation>gesehen am</translation>
    </message>
    <message>
        <source>seen by</source>
        <translation>gesehen von</translation>
    </message>
    <message>
        <source>set at</source>
        <translation>gesetzt am</translation>
    </message>
    <message>
        <source>since</source>
        <translation>seit</translation>
    </message>
    <message>
        <source>since when</source>
        <translation>seit wann</translation>
    </message>
    <message>
        <source>single nodes that are its own</source>
        <translation>einzelne Knoten, die seine eigenen sind</translation>
    </message>
    <message>
        <source>site</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>speed of the interface in Mbit/s; 0: unknown</source>
        <translation>Geschwindigkeit der Schnittstelle in Mbit/s; 0: unbekannt</translation>
    </message>
    <message>
        <source>standby</source>
        <translation>Standby</translation>
    </message>
    <message>
        <source>starts</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>subject</source>
        <translation>Gegenstand</translation>
    </message>
    <message>
        <source>subnets</source>
        <translation>Subnetze</translation>
    </message>
    <message>
        <source>symbolic name</source>
        <translation>symbolischer Name</translation>
    </message>
    <message>
        <source>tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>target holds</source>
        <translation>beim Target</translation>
    </message>
    <message>
        <source>the LUN under which the initiator sees it</source>
        <translation>die LUN, unter der der Initiator sie sieht</translation>
    </message>
    <message>
        <source>the administrator&apos;s name for it</source>
        <translation>der Name des Administrators dafür</translation>
    </message>
    <message>
        <source>the agent that asked</source>
        <translation>der Agent, der gefragt hat</translation>
    </message>
    <message>
        <source>the agent that reported it</source>
        <translation>der Agent, der es berichtet hat</translation>
    </message>
    <message>
        <source>the agent that tried</source>
        <translation>der Agent, der es versucht hat</translation>
    </message>
    <message>
        <source>the agents that see it</source>
        <translation>die Agenten, die es sehen</translation>
    </message>
    <message>
        <source>the change set that carried the approval</source>
        <translation>der Änderungssatz, der die Freigabe trug</translation>
    </message>
    <message>
        <source>the cluster that it is part of</source>
        <translation>der Cluster, zu dem es gehört</translation>
    </message>
    <message>
        <source>the entities that it consists of</source>
        <translation>die Entitäten, aus denen es besteht</translation>
    </message>
    <message>
        <source>the entity that it registers</source>
        <translation>die Entität, die es registriert</translation>
    </message>
    <message>
        <source>the entity that registered it</source>
        <translation>die Entität, die es registriert hat</translation>
    </message>
    <message>
        <source>the fabric that it belongs to</source>
        <translation>die Fabric, zu der es gehört</translation>
    </message>
    <message>
        <source>the host or cluster</source>
        <translation>der Host oder Cluster</translation>
    </message>
    <message>
        <source>the iSCSI Alias that it registered</source>
        <translation>der iSCSI-Alias, den es registriert hat</translation>
    </message>
    <message>
        <source>the iSCSI name that it was told; empty: none</source>
        <translation>der iSCSI-Name, der ihm genannt wurde; leer: keiner</translation>
    </message>
    <message>
        <source>the initiator</source>
        <translation>der Initiator</translation>
    </message>
    <message>
        <source>the initiator, host or cluster that gets it</source>
        <translation>der Initiator, Host oder Cluster, der sie bekommt</translation>
    </message>
    <message>
        <source>the label of the hosts</source>
        <translation>das Label der Hosts</translation>
    </message>
    <message>
        <source>the label of the logical units</source>
        <translation>das Label der logischen Einheiten</translation>
    </message>
    <message>
        <source>the last login with it</source>
        <translation>die letzte Anmeldung damit</translation>
    </message>
    <message>
        <source>the logical unit</source>
        <translation>die logische Einheit</translation>
    </message>
    <message>
        <source>the logical units that it was shown</source>
        <translation>die logischen Einheiten, die ihm gezeigt wurden</translation>
    </message>
    <message>
        <source>the logical units that the host listed through it</source>
        <translation>die logischen Einheiten, die der Host darüber aufgelistet hat</translation>
    </message>
    <message>
        <source>the map that goes</source>
        <translation>die Zuordnung, die weggeht</translation>
    </message>
    <message>
        <source>the network interface that has it, as the agent there sees it</source>
        <translation>die Netzwerkschnittstelle, die es hat, wie der Agent dort sie sieht</translation>
    </message>
    <message>
        <source>the node</source>
        <translation>der Knoten</translation>
    </message>
    <message>
        <source>the nodes that it may speak for</source>
        <translation>die Knoten, für die er sprechen darf</translation>
    </message>
    <message>
        <source>the object of the findings; none: every one</source>
        <translation>das Objekt der Befunde; keines: alle</translation>
    </message>
    <message>
        <source>the portal</source>
        <translation>das Portal</translation>
    </message>
    <message>
        <source>the portal at one end</source>
        <translation>das Portal am einen Ende</translation>
    </message>
    <message>
        <source>the portal at the other end</source>
        <translation>das Portal am anderen Ende</translation>
    </message>
    <message>
        <source>the portal that it asked</source>
        <translation>das Portal, das er gefragt hat</translation>
    </message>
    <message>
        <source>the question</source>
        <translation>die Frage</translation>
    </message>
    <message>
        <source>the revision of the desired state that is applied</source>
        <translation>die Revision des gewünschten Zustands, die angewendet ist</translation>
    </message>
    <message>
        <source>the rule: R01 to R23</source>
        <translation>die Regel: R01 bis R23</translation>
    </message>
    <message>
        <source>the target</source>
        <translation>das Target</translation>
    </message>
    <message>
        <source>the target&apos;s portal</source>
        <translation>das Portal des Targets</translation>
    </message>
    <message>
        <source>the target; none: each that has no credential of its own</source>
        <translation>das Target; keines: jedes, das keine eigenen Anmeldedaten hat</translation>
    </message>
    <message>
        <source>the targets that it stands behind, with its LUN there</source>
        <translation>die Targets, hinter denen sie steht, mit ihrer LUN dort</translation>
    </message>
    <message>
        <source>the ticket</source>
        <translation>das Ticket</translation>
    </message>
    <message>
        <source>through which target</source>
        <translation>durch welches Target</translation>
    </message>
    <message>
        <source>ticket</source>
        <translation>Ticket</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>unassigned domains active</source>
        <translation>Domains ohne Satz aktiv</translation>
    </message>
    <message>
        <source>unavailable</source>
        <translation>nicht verfügbar</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>until when</source>
        <translation>bis wann</translation>
    </message>
    <message>
        <source>up</source>
        <translation>in Betrieb</translation>
    </message>
    <message>
        <source>user name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>vlan</source>
        <translation>VLAN</translation>
    </message>
    <message>
        <source>waiting-for-foreign-end</source>
        <translation>wartet auf das fremde Ende</translation>
    </message>
    <message>
        <source>weaknesses</source>
        <translation>Schwächen</translation>
    </message>
    <message>
        <source>weekly</source>
        <translation>wöchentlich</translation>
    </message>
    <message>
        <source>what a login between its members must prove</source>
        <translation>was eine Anmeldung zwischen ihren Mitgliedern nachweisen muss</translation>
    </message>
    <message>
        <source>what a login must prove</source>
        <translation>was eine Anmeldung nachweisen muss</translation>
    </message>
    <message>
        <source>what became of it</source>
        <translation>was daraus wurde</translation>
    </message>
    <message>
        <source>what it met</source>
        <translation>was ihm begegnet ist</translation>
    </message>
    <message>
        <source>what its label says</source>
        <translation>was sein Label sagt</translation>
    </message>
    <message>
        <source>what may be done with it</source>
        <translation>was damit geschehen darf</translation>
    </message>
    <message>
        <source>what stands on the port</source>
        <translation>was auf dem Anschluss steht</translation>
    </message>
    <message>
        <source>what the initiator has proven</source>
        <translation>was der Initiator nachgewiesen hat</translation>
    </message>
    <message>
        <source>when</source>
        <translation>wann</translation>
    </message>
    <message>
        <source>when an agent last saw it</source>
        <translation>wann ein Agent es zuletzt gesehen hat</translation>
    </message>
    <message>
        <source>when it registered</source>
        <translation>wann es sich registriert hat</translation>
    </message>
    <message>
        <source>when it was enrolled</source>
        <translation>wann er aufgenommen wurde</translation>
    </message>
    <message>
        <source>when it was last changed there by hand, against what is wanted; 0: not</source>
        <translation>wann es dort zuletzt von Hand geändert wurde, gegen das Gewünschte; 0: gar nicht</translation>
    </message>
    <message>
        <source>when its registration ended</source>
        <translation>wann seine Registrierung endete</translation>
    </message>
    <message>
        <source>when the answer was last told</source>
        <translation>wann die Antwort zuletzt gegeben wurde</translation>
    </message>
    <message>
        <source>when the secret was made</source>
        <translation>wann das Geheimnis erzeugt wurde</translation>
    </message>
    <message>
        <source>when; until then it may only be read</source>
        <translation>wann; bis dahin darf nur gelesen werden</translation>
    </message>
    <message>
        <source>where it came from</source>
        <translation>woher es kam</translation>
    </message>
    <message>
        <source>where it does not end at a portal: a switch and its port</source>
        <translation>wo es nicht an einem Portal endet: ein Switch und dessen Anschluss</translation>
    </message>
    <message>
        <source>where it stands</source>
        <translation>wo es steht</translation>
    </message>
    <message>
        <source>where it stands in its rotation</source>
        <translation>wo es in seinem Wechsel steht</translation>
    </message>
    <message>
        <source>whether CHAP with MD5 is not enough</source>
        <translation>ob CHAP mit MD5 nicht genügt</translation>
    </message>
    <message>
        <source>whether a change set must be approved</source>
        <translation>ob ein Änderungssatz freigegeben werden muss</translation>
    </message>
    <message>
        <source>whether changes are wanted in it, or are not</source>
        <translation>ob Änderungen darin erwünscht sind oder nicht</translation>
    </message>
    <message>
        <source>whether domains in no set are active</source>
        <translation>ob Domains in keinem Satz aktiv sind</translation>
    </message>
    <message>
        <source>whether hosts must or must not have the other label</source>
        <translation>ob Hosts das andere Label haben müssen oder nicht haben dürfen</translation>
    </message>
    <message>
        <source>whether it comes again each week</source>
        <translation>ob es jede Woche wiederkommt</translation>
    </message>
    <message>
        <source>whether it goes for everybody whom it names</source>
        <translation>ob es für alle geht, die es nennt</translation>
    </message>
    <message>
        <source>whether it is a control node, which sees everything</source>
        <translation>ob es ein Steuerknoten ist, der alles sieht</translation>
    </message>
    <message>
        <source>whether it is a target</source>
        <translation>ob es ein Target ist</translation>
    </message>
    <message>
        <source>whether it is an initiator</source>
        <translation>ob es ein Initiator ist</translation>
    </message>
    <message>
        <source>whether it is meant for storage</source>
        <translation>ob es für Speicher gedacht ist</translation>
    </message>
    <message>
        <source>whether it is there</source>
        <translation>ob es da ist</translation>
    </message>
    <message>
        <source>whether its author may be who approves</source>
        <translation>ob sein Autor der Freigebende sein darf</translation>
    </message>
    <message>
        <source>whether its certificate was revoked</source>
        <translation>ob sein Zertifikat gesperrt wurde</translation>
    </message>
    <message>
        <source>whether its domains are active</source>
        <translation>ob seine Domains aktiv sind</translation>
    </message>
    <message>
        <source>whether reach said that it gets in, before it and after it</source>
        <translation>ob reach sagte, dass er hineinkommt, davor und danach</translation>
    </message>
    <message>
        <source>whether the default domain is on</source>
        <translation>ob die Standard-Domain eingeschaltet ist</translation>
    </message>
    <message>
        <source>whether the initiator has it</source>
        <translation>ob der Initiator es hat</translation>
    </message>
    <message>
        <source>whether the interface is up</source>
        <translation>ob die Schnittstelle in Betrieb ist</translation>
    </message>
    <message>
        <source>whether the last login used MD5</source>
        <translation>ob die letzte Anmeldung MD5 nutzte</translation>
    </message>
    <message>
        <source>whether the target proves itself too</source>
        <translation>ob auch das Target sich nachweist</translation>
    </message>
    <message>
        <source>which initiator gets which logical unit</source>
        <translation>welcher Initiator welche logische Einheit bekommt</translation>
    </message>
    <message>
        <source>who</source>
        <translation>wer</translation>
    </message>
    <message>
        <source>who approved it</source>
        <translation>wer es freigegeben hat</translation>
    </message>
    <message>
        <source>who made it</source>
        <translation>wer es gemacht hat</translation>
    </message>
    <message>
        <source>whom it lets in</source>
        <translation>wen es hereinlässt</translation>
    </message>
    <message>
        <source>why</source>
        <translation>warum</translation>
    </message>
    <message>
        <source>why it was not let in</source>
        <translation>warum er nicht hereingelassen wurde</translation>
    </message>
    <message>
        <source>why there was no answer</source>
        <translation>warum es keine Antwort gab</translation>
    </message>
    <message>
        <source>why they are accepted</source>
        <translation>warum sie akzeptiert sind</translation>
    </message>
    <message>
        <source>wire</source>
        <translation>Leitung</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>zoning</source>
        <translation>Zoning</translation>
    </message>
    <message>
        <source>A CHAP secret is accepted no more.</source>
        <translation>Ein CHAP-Geheimnis gilt nicht mehr.</translation>
    </message>
    <message>
        <source>A CHAP secret was generated, or entered for a foreign end.</source>
        <translation>Ein CHAP-Geheimnis wurde erzeugt oder für ein fremdes Ende eingegeben.</translation>
    </message>
    <message>
        <source>A CHAP secret was given out: to the agent that needs it, or shown once to a person with a reason.</source>
        <translation>Ein CHAP-Geheimnis wurde herausgegeben: an den Agenten, der es braucht, oder einmal an eine Person mit einem Grund.</translation>
    </message>
    <message>
        <source>A change set was approved, with the impact that was shown.</source>
        <translation>Ein Änderungssatz wurde freigegeben, mit der Wirkung, die gezeigt wurde.</translation>
    </message>
    <message>
        <source>A change set was begun or edited.</source>
        <translation>Ein Änderungssatz wurde begonnen oder bearbeitet.</translation>
    </message>
    <message>
        <source>A change set was not approved.</source>
        <translation>Ein Änderungssatz wurde nicht freigegeben.</translation>
    </message>
    <message>
        <source>A change set was put forward for approval, with its impact in cells of hosts x LUNs.</source>
        <translation>Ein Änderungssatz wurde zur Freigabe eingereicht, mit seiner Wirkung in Zellen von Hosts x LUNs.</translation>
    </message>
    <message>
        <source>A client certificate by which a person can log in was issued.</source>
        <translation>Ein Client-Zertifikat, mit dem sich eine Person anmelden kann, wurde ausgestellt.</translation>
    </message>
    <message>
        <source>A committed change set was confirmed within its window and stays.</source>
        <translation>Ein übernommener Änderungssatz wurde rechtzeitig bestätigt und bleibt.</translation>
    </message>
    <message>
        <source>A draft was thrown away by who made it or may make such; dry runs end so. Nothing of it took effect.</source>
        <translation>Ein Entwurf wurde verworfen, von dem, der ihn gemacht hat oder solche machen darf; Probeläufe enden so. Nichts davon wurde wirksam.</translation>
    </message>
    <message>
        <source>A finding was accepted until a date, for a reason.</source>
        <translation>Ein Befund wurde bis zu einem Datum hingenommen, aus einem Grund.</translation>
    </message>
    <message>
        <source>A login failed, by password, token or client certificate. The name is the one that was claimed, and proves nothing. Of tokens and certificates the first of an address, and those of the rest of its minute together: `count` of them, `reason` of the last one.</source>
        <translation>Eine Anmeldung schlug fehl, mit Passwort, Token oder Client-Zertifikat. Der Name ist der behauptete und beweist nichts. Bei Token und Zertifikaten die erste einer Adresse und die übrigen ihrer Minute zusammen: `count` ist ihre Zahl, `reason` der Grund der letzten.</translation>
    </message>
    <message>
        <source>A one-time token for the enrolment of an agent was made.</source>
        <translation>Ein einmaliges Token für die Aufnahme eines Agenten wurde erzeugt.</translation>
    </message>
    <message>
        <source>A person ended the session.</source>
        <translation>Eine Person hat die Sitzung beendet.</translation>
    </message>
    <message>
        <source>A person logged in, by password or client certificate.</source>
        <translation>Eine Person hat sich angemeldet, mit Passwort oder Client-Zertifikat.</translation>
    </message>
    <message>
        <source>A person said that an earlier database was put back on purpose, and why: the records `from` to `to`, of which record `broken` says that they are missing, are lost. Evidence packs tell of the gap from then on. `head` is the hash of the last lost record: an older pack or export with it shows what the log was.</source>
        <translation>Eine Person hat erklärt, dass mit Absicht eine frühere Datenbank zurückgespielt wurde, und warum: Die Einträge `from` bis `to`, von denen Eintrag `broken` sagt, dass sie fehlen, sind verloren. Nachweispakete nennen die Lücke von da an. `head` ist der Hash des letzten verlorenen Eintrags: Ein älteres Paket oder ein Export damit zeigt, was im Protokoll stand.</translation>
    </message>
    <message>
        <source>A person said that the clock is right, though it is before what was believed: certificates and tokens are judged by it again.</source>
        <translation>Eine Person hat erklärt, dass die Uhr stimmt, obwohl sie vor dem Geglaubten liegt: Zertifikate und Token werden wieder nach ihr beurteilt.</translation>
    </message>
    <message>
        <source>A person was given access to the management server.</source>
        <translation>Eine Person bekam Zugang zum Managementserver.</translation>
    </message>
    <message>
        <source>A person&apos;s access was taken away.</source>
        <translation>Einer Person wurde der Zugang entzogen.</translation>
    </message>
    <message>
        <source>A person&apos;s client certificate was made void: by itself, or since the user was removed or got another password, or what it was made with is void.</source>
        <translation>Das Client-Zertifikat einer Person wurde ungültig gemacht: für sich oder weil der Benutzer entfernt wurde oder ein anderes Passwort bekam, oder weil ungültig ist, womit es gemacht wurde.</translation>
    </message>
    <message>
        <source>A rotation of a CHAP secret went a step on; `proof` is the login that showed the new one to work.</source>
        <translation>Der Wechsel eines CHAP-Geheimnisses kam einen Schritt weiter; `proof` ist die Anmeldung, die zeigte, dass das neue gilt.</translation>
    </message>
    <message>
        <source>A setting took another value by a reload. What is changed while the server is stopped is not seen.</source>
        <translation>Eine Einstellung bekam durch Neuladen einen anderen Wert. Was geändert wird, während der Server steht, wird nicht gesehen.</translation>
    </message>
    <message>
        <source>A token for programs was made void: by itself, or since what it was made with is void, or since its user was removed or disabled or got another password; the reason says why where it was not asked for.</source>
        <translation>Ein Token für Programme wurde ungültig gemacht: für sich, oder weil ungültig ist, womit es gemacht wurde, oder weil sein Benutzer entfernt oder gesperrt wurde oder ein anderes Passwort bekam; der Grund sagt, warum, wo es nicht verlangt war.</translation>
    </message>
    <message>
        <source>A token for programs was made. The token itself is shown once and stored nowhere.</source>
        <translation>Ein Token für Programme wurde erzeugt. Das Token selbst wird einmal gezeigt und nirgends gespeichert.</translation>
    </message>
    <message>
        <source>An administrative iSNS request: DDReg, DDSReg, DDDereg, DDSDereg, or of a control node. `proof` tells the address from the authentication block.</source>
        <translation>Eine administrative iSNS-Anfrage: DDReg, DDSReg, DDDereg, DDSDereg oder eines Control Node. `proof` unterscheidet die Adresse vom Authentifizierungsblock.</translation>
    </message>
    <message>
        <source>An agent got its certificate, for its entity and these iSCSI names.</source>
        <translation>Ein Agent bekam sein Zertifikat, für seine Entity und diese iSCSI-Namen.</translation>
    </message>
    <message>
        <source>An agent reports that a target refused a login that the server had told an agent to try, to see whether reach is true: as it should be. At the pace of target.refused.</source>
        <translation>Ein Agent meldet, dass ein Target eine Anmeldung ablehnte, die der Server einen Agenten versuchen ließ, um die Erreichbarkeit zu prüfen: wie es sein soll. Im Takt von target.refused.</translation>
    </message>
    <message>
        <source>An agent reports that a target refused a login. The first of an initiator at a target, and those of the rest of its minute together; `reason` is of the last one.</source>
        <translation>Ein Agent meldet, dass ein Target eine Anmeldung ablehnte. Die erste eines Initiators an einem Target und die übrigen ihrer Minute zusammen; `reason` ist der Grund der letzten.</translation>
    </message>
    <message>
        <source>An agent&apos;s certificate was made void; or so many of its invitations, used and waiting.</source>
        <translation>Das Zertifikat eines Agenten wurde ungültig gemacht; oder so viele seiner Einladungen, benutzte und wartende.</translation>
    </message>
    <message>
        <source>An evidence pack was made; `manifest` is the SHA-256 of its manifest.</source>
        <translation>Ein Nachweispaket wurde erstellt; `manifest` ist der SHA-256 seines Manifests.</translation>
    </message>
    <message>
        <source>Earlier certificate authorities are believed no more; agents with their certificates must enrol anew.</source>
        <translation>Früheren Zertifizierungsstellen wird nicht mehr geglaubt; Agenten mit deren Zertifikaten müssen neu aufgenommen werden.</translation>
    </message>
    <message>
        <source>Old changes were removed by the retention setting. Audit records are not among them.</source>
        <translation>Alte Änderungen wurden nach der Aufbewahrungsfrist entfernt. Einträge des Prüfprotokolls sind nicht darunter.</translation>
    </message>
    <message>
        <source>Records of the audit log were exported.</source>
        <translation>Einträge des Prüfprotokolls wurden exportiert.</translation>
    </message>
    <message>
        <source>Reports of an agent are missing: what was observed in between is not known. The first gap of an agent, and those of the rest of its minute together: `expected` is the first number that is missing, `got` the last that came.</source>
        <translation>Berichte eines Agenten fehlen: Was dazwischen beobachtet wurde, ist nicht bekannt. Die erste Lücke eines Agenten und die übrigen ihrer Minute zusammen: `expected` ist die erste fehlende Nummer, `got` die letzte, die kam.</translation>
    </message>
    <message>
        <source>Requests by iSNS got status 8: a domain that is not theirs to change, an object of another entity, the name of a control node. The first of an address, and those of the rest of its minute together; `function` is of the last one, `actor` who it claimed to be.</source>
        <translation>Anfragen über iSNS bekamen Status 8: eine Domain, die sie nicht ändern dürfen, ein Objekt einer anderen Entity, der Name eines Control Node. Die erste einer Adresse und die übrigen ihrer Minute zusammen; `function` ist von der letzten, `actor`, wer sie zu sein behauptete.</translation>
    </message>
    <message>
        <source>Role, scope or state of a person&apos;s access changed; passwords are never shown.</source>
        <translation>Rolle, Bereich oder Zustand des Zugangs einer Person haben sich geändert; Passwörter werden nie gezeigt.</translation>
    </message>
    <message>
        <source>Somebody tried what the role or its scope does not allow, or what is for the local socket alone. Nothing was changed. Tries of one minute that are alike are counted together.</source>
        <translation>Jemand versuchte, was die Rolle oder ihr Bereich nicht erlaubt oder was nur über den lokalen Socket geht. Nichts wurde geändert. Gleichartige Versuche einer Minute werden zusammen gezählt.</translation>
    </message>
    <message>
        <source>The clock of the server went back. The order of records is that of their numbers.</source>
        <translation>Die Uhr des Servers ging zurück. Die Reihenfolge der Einträge ist die ihrer Nummern.</translation>
    </message>
    <message>
        <source>The first record of a log. `key` is the fingerprint of the key that signs its checkpoints.</source>
        <translation>Der erste Eintrag eines Protokolls. `key` ist der Fingerabdruck des Schlüssels, der seine Prüfpunkte signiert.</translation>
    </message>
    <message>
        <source>The key that seals secrets at rest was replaced; the details are its numbers. Everything was sealed anew with it.</source>
        <translation>Der Schlüssel, der gespeicherte Geheimnisse versiegelt, wurde ersetzt; die Einzelheiten sind seine Nummern. Alles wurde mit ihm neu versiegelt.</translation>
    </message>
    <message>
        <source>The server began its work.</source>
        <translation>Der Server begann seine Arbeit.</translation>
    </message>
    <message>
        <source>The server checked its log and found it broken: `reason` says where. Told once for each fault. Records were changed or cut in the database, or an earlier database was put back. Where all that is wrong is that records are missing which `audit.head` knew of when the server started, they are `from` to `to`, and `head` is the hash of the last one: only this can be answered by log.restored.</source>
        <translation>Der Server prüfte sein Protokoll und fand es beschädigt: `reason` sagt, wo. Für jeden Fehler einmal gemeldet. Einträge wurden in der Datenbank geändert oder abgeschnitten, oder eine frühere Datenbank wurde zurückgespielt. Ist nur falsch, dass Einträge fehlen, die `audit.head` beim Start des Servers kannte, so sind es `from` bis `to`, und `head` ist der Hash des letzten: Nur dies lässt sich mit log.restored beantworten.</translation>
    </message>
    <message>
        <source>The server ended in order. A start without this record before it means that it was killed or crashed.</source>
        <translation>Der Server endete geordnet. Ein Start ohne diesen Eintrag davor heißt, dass er getötet wurde oder abstürzte.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate authority was replaced; the details are the fingerprints.</source>
        <translation>Die Zertifizierungsstelle des Servers wurde ersetzt; die Einzelheiten sind die Fingerabdrücke.</translation>
    </message>
    <message>
        <source>The signing key of the log was replaced. The previous key signs a checkpoint at this very record, and nothing after it.</source>
        <translation>Der Signaturschlüssel des Protokolls wurde ersetzt. Der vorige Schlüssel signiert einen Prüfpunkt an genau diesem Eintrag und nichts danach.</translation>
    </message>
    <message>
        <source>Too many logins failed; the name or address must wait.</source>
        <translation>Zu viele Anmeldungen schlugen fehl; der Name oder die Adresse muss warten.</translation>
    </message>
    <message>
        <source>What a committed change set takes away stays until `leaves_at` (seconds since 1970), to be read alone. The object is the change set of the server&apos;s own that takes it away then; its change.commit says that it did.</source>
        <translation>Was ein übernommener Änderungssatz wegnimmt, bleibt bis `leaves_at` (Sekunden seit 1970), nur zum Lesen. Das Objekt ist der eigene Änderungssatz des Servers, der es dann wegnimmt; sein change.commit sagt, dass es geschah.</translation>
    </message>
    <message>
        <source>When the server started, no checkpoint vouched for the records `from` to `to`: it had not ended in order, or somebody has written to the database. The next checkpoint covers them; yet whoever could write to the database may have written them, so what they say of the log itself answers nothing.</source>
        <translation>Beim Start des Servers bürgte kein Prüfpunkt für die Einträge `from` bis `to`: Er hatte nicht geordnet geendet, oder jemand hat in die Datenbank geschrieben. Der nächste Prüfpunkt deckt sie; doch wer in die Datenbank schreiben konnte, kann sie geschrieben haben, daher beantwortet das, was sie über das Protokoll selbst sagen, nichts.</translation>
    </message>
    <message>
        <source>When the server started, the log had checkpoints and `audit.head` beside the keys was missing, or not one by the server&apos;s key: whether there were records behind number `last`, and who removed them, is not known.</source>
        <translation>Beim Start des Servers hatte das Protokoll Prüfpunkte, und `audit.head` neben den Schlüsseln fehlte oder war nicht vom Schlüssel des Servers: Ob es hinter Nummer `last` Einträge gab und wer sie entfernte, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>a VLAN with its subnets</source>
        <translation>ein VLAN mit seinen Subnetzen</translation>
    </message>
    <message>
        <source>a cable between two ports</source>
        <translation>ein Kabel zwischen zwei Anschlüssen</translation>
    </message>
    <message>
        <source>a discovery domain set: a zone set (RFC 4171 3.7)</source>
        <translation>ein Discovery-Domain-Set: ein Zonensatz (RFC 4171 3.7)</translation>
    </message>
    <message>
        <source>a discovery domain: a zone (RFC 4171 3.6)</source>
        <translation>eine Discovery-Domain: eine Zone (RFC 4171 3.6)</translation>
    </message>
    <message>
        <source>a disk behind one target or several</source>
        <translation>eine Platte hinter einem oder mehreren Targets</translation>
    </message>
    <message>
        <source>a finding that somebody has accepted until a date</source>
        <translation>ein Befund, den jemand bis zu einem Tag hinnimmt</translation>
    </message>
    <message>
        <source>a host or cluster may have a logical unit, as somebody approved</source>
        <translation>ein Host oder Cluster darf eine logische Einheit haben, wie jemand freigegeben hat</translation>
    </message>
    <message>
        <source>a machine, as the administrator sees it</source>
        <translation>eine Maschine, wie der Administrator sie sieht</translation>
    </message>
    <message>
        <source>a map that is read-only until it is taken away, as a change set with a drain says</source>
        <translation>eine Zuordnung, die nur noch gelesen werden darf, bis sie weggenommen wird, wie ein Änderungssatz mit Auslaufzeit sagt</translation>
    </message>
    <message>
        <source>a mark on hosts, logical units, targets and domains: PCI, HIPAA, own ones</source>
        <translation>ein Kennzeichen an Hosts, logischen Einheiten, Targets und Domains: PCI, HIPAA, eigene</translation>
    </message>
    <message>
        <source>a place</source>
        <translation>ein Ort</translation>
    </message>
    <message>
        <source>a question that is asked again</source>
        <translation>eine Frage, die wieder gestellt wird</translation>
    </message>
    <message>
        <source>a time in which changes are wanted, or are not</source>
        <translation>eine Zeit, in der Änderungen erwünscht sind oder nicht</translation>
    </message>
    <message>
        <source>an address and port of an entity (RFC 4171 3.2)</source>
        <translation>eine Adresse und ein Port einer Entität (RFC 4171 3.2)</translation>
    </message>
    <message>
        <source>an iSCSI initiator, target or control node (RFC 4171 3.3)</source>
        <translation>ein iSCSI-Initiator, -Target oder Kontrollknoten (RFC 4171 3.3)</translation>
    </message>
    <message>
        <source>gives a host, a cluster or an initiator a logical unit of a target</source>
        <translation>gibt einem Host, einem Cluster oder einem Initiator eine logische Einheit eines Targets</translation>
    </message>
    <message>
        <source>hosts that share logical units on purpose</source>
        <translation>Hosts, die logische Einheiten absichtlich teilen</translation>
    </message>
    <message>
        <source>limits and habits of this SAN; there is one</source>
        <translation>Grenzen und Gewohnheiten dieses SAN; es gibt sie einmal</translation>
    </message>
    <message>
        <source>one of the separate ways to storage: A, B</source>
        <translation>einer der getrennten Wege zum Speicher: A, B</translation>
    </message>
    <message>
        <source>what is known of a CHAP secret, never the secret</source>
        <translation>was von einem CHAP-Geheimnis bekannt ist, nie das Geheimnis</translation>
    </message>
    <message>
        <source>which labels may meet</source>
        <translation>welche Labels zusammenkommen dürfen</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>microseconds that half of the host&apos;s requests took lately; 0: not told</source>
        <translation>Mikrosekunden, die die Hälfte der Anfragen des Hosts zuletzt brauchte; 0: nicht gemeldet</translation>
    </message>
    <message>
        <source>proves mutual</source>
        <translation>beweist beidseitig</translation>
    </message>
    <message>
        <source>proves nothing</source>
        <translation>beweist nichts</translation>
    </message>
    <message>
        <source>proves one way</source>
        <translation>beweist einseitig</translation>
    </message>
    <message>
        <source>requests of the host that failed on it, and times that it was lost</source>
        <translation>Anfragen des Hosts, die darauf misslangen, und wie oft sie verloren ging</translation>
    </message>
    <message>
        <source>who must prove itself, whatever chap says</source>
        <translation>wer sich ausweisen muss, was immer bei CHAP steht</translation>
    </message>
    <message>
        <source>who need not prove anything, whatever chap says</source>
        <translation>wer nichts beweisen muss, was immer bei CHAP steht</translation>
    </message>
    <message>
        <source>with whom both ends must prove themselves, whatever chap says</source>
        <translation>mit wem sich beide Enden ausweisen müssen, was immer bei CHAP steht</translation>
    </message>
    <message>
        <source>Nine causes. A host should reach logical units and its agent, which reports, does not list them (low). A session stands where reach says no (high; medium where only the registration is missing). Somebody changed a target at its machine against what is wanted, with --break-glass (high, at once). What is wanted at a target is not applied there, for longer than agent_silent (medium; high where it still gives what was taken away). Two maps give an initiator logical units at one LUN, as a registration brought it into a host, and the older map counts (medium). A probe of a host&apos;s agent got in where reach says no (high; medium where a foreign target showed it no logical unit), or did not get in where reach says yes (medium; low where nothing answered). A target&apos;s own answer to SendTargets has other portals than its registration (low). An agent found targets that are not registered (info). A host still uses a disk that it is shown no more, and whose requests fail (high where reach says no, else medium).</source>
        <translation>Neun Ursachen. Ein Host sollte logische Einheiten erreichen, und sein Agent, der berichtet, listet sie nicht auf (niedrig). Eine Sitzung besteht, wo reach nein sagt (hoch; mittel, wo nur die Registrierung fehlt). Jemand hat ein Target an seiner Maschine gegen das Gewünschte geändert, mit --break-glass (hoch, sofort). Was an einem Target gewünscht ist, ist dort länger als agent_silent nicht angewendet (mittel; hoch, wo es noch gibt, was weggenommen wurde). Zwei Zuordnungen geben einem Initiator logische Einheiten unter einer LUN, da ihn eine Registrierung in einen Host brachte, und die ältere Zuordnung zählt (mittel). Eine Probe des Agenten eines Hosts kam hinein, wo reach nein sagt (hoch; mittel, wo ein fremdes Target ihr keine logische Einheit zeigte), oder kam nicht hinein, wo reach ja sagt (mittel; niedrig, wo nichts antwortete). Die eigene Antwort eines Targets auf SendTargets hat andere Portale als seine Registrierung (niedrig). Ein Agent fand Targets, die nicht registriert sind (Info). Ein Host benutzt noch eine Platte, die ihm nicht mehr gezeigt wird und deren Anfragen scheitern (hoch, wo reach nein sagt, sonst mittel).</translation>
    </message>
    <message>
        <source>Look at the host&apos;s sessions, end the session at the target, or look at the target&apos;s agent. A target that lets in whom the zoning keeps out needs an access list of its own. Register what was found, or say why it is there. Unmount the disk at the host, or bring its zone and its map back.</source>
        <translation>Die Sitzungen des Hosts ansehen, die Sitzung am Target beenden oder den Agenten des Targets ansehen. Ein Target, das hereinlässt, wen das Zoning fernhält, braucht eine eigene Zugriffsliste. Gefundenes registrieren oder begründen, warum es da ist. Die Platte am Host aushängen oder Zone und Zuordnung zurückbringen.</translation>
    </message>
    <message>
        <source>designator of the logical unit; empty: it has none</source>
        <translation>Designator der logischen Einheit; leer: sie hat keinen</translation>
    </message>
    <message>
        <source>iSCSI name of the target that shows it no more</source>
        <translation>iSCSI-Name des Targets, das sie nicht mehr zeigt</translation>
    </message>
    <message>
        <source>its LUN there</source>
        <translation>ihre LUN dort</translation>
    </message>
    <message>
        <source>who uses it</source>
        <translation>wer sie benutzt</translation>
    </message>
    <message>
        <source>The record behind log.key-rotated, stored with it: the first that the new key, `key`, signs a checkpoint at.</source>
        <translation>Der Eintrag hinter log.key-rotated, mit ihm zusammen gespeichert: der erste, an dem der neue Schlüssel, `key`, einen Prüfpunkt signiert.</translation>
    </message>
    <message>
        <source>held by</source>
        <translation>vorhanden bei</translation>
    </message>
    <message>
        <source>lacked by</source>
        <translation>fehlt bei</translation>
    </message>
    <message>
        <source>of several targets, those that do not have it</source>
        <translation>von mehreren Targets die, die es nicht haben</translation>
    </message>
    <message>
        <source>of several targets, those that have it</source>
        <translation>von mehreren Targets die, die es haben</translation>
    </message>
    <message>
        <source>whether the target has it; of several, whether each has</source>
        <translation>ob das Target es hat; bei mehreren, ob jedes es hat</translation>
    </message>
    <message>
        <source>A change set was taken back by its inverse: by a person, or by itself since nobody confirmed or a host lost its session. Where it was at once, in its window, `left` counts objects that had changed meanwhile and were left alone; later, the reason of the change.draft of the one that takes it back tells them.</source>
        <translation>Ein Änderungssatz wurde durch seine Umkehrung zurückgenommen: von einer Person oder von selbst, weil niemand bestätigte oder ein Host seine Sitzung verlor. Geschah es sofort, in seinem Zeitfenster, so zählt `left` Objekte, die sich inzwischen geändert hatten und so blieben; später nennt sie die Begründung des change.draft dessen, der ihn zurücknimmt.</translation>
    </message>
    <message>
        <source>An administrator at an agent&apos;s machine changed what a managed target gives, though the server decides; or took it back (`end`). `uid` is the user there; what does not agree with the desired state is a finding (R23). What an agent tells beyond 64 at once, then one in ten seconds, is together in one record a minute, which says the last of it.</source>
        <translation>Jemand mit Verwaltungsrechten auf der Maschine eines Agenten hat geändert, was ein verwaltetes Target gibt, obwohl der Server entscheidet; oder hat es zurückgenommen (`end`). `uid` ist der Benutzer dort; was nicht zum gewünschten Zustand passt, ist ein Befund (R23). Was ein Agent über 64 auf einmal hinaus und dann öfter als alle zehn Sekunden meldet, steht zusammen in einem Eintrag pro Minute, der das Letzte davon nennt.</translation>
    </message>
    <message>
        <source>An agent, or what claimed to be one, was turned away: certificate, replayed report, foreign names. The first of an address and a reason, and those of the rest of its minute together; the details are of the last one.</source>
        <translation>Ein Agent, oder was sich dafür ausgab, wurde abgewiesen: Zertifikat, wiederholter Bericht, fremde Namen. Der erste Fall einer Adresse und eines Grundes einzeln, die übrigen seiner Minute zusammen; die Einzelheiten sind die des letzten.</translation>
    </message>
    <message>
        <source>The addresses that an agent reports, and the one from which it asks, are others than before: its names and its entity are accepted from these alone. None: it tells of none, and they are accepted from everywhere. At the pace of agent.break-glass.</source>
        <translation>Die Adressen, die ein Agent meldet, und die, von der er fragt, sind andere als zuvor: Seine Namen und seine Entity werden nur noch von diesen angenommen. Keine: Er meldet keine, und sie werden von überall angenommen. Im Takt von agent.break-glass.</translation>
    </message>
    <message>
        <source>A change set was committed in no change window although there were such, or in a freeze, which is high. Windows count as they stood before the commit, whatever becomes of them later; rollbacks are exempt.</source>
        <translation>Ein Änderungssatz wurde in keinem Änderungsfenster übernommen, obwohl es welche gab, oder in einer Sperrzeit, das ist hoch. Fenster zählen so, wie sie vor dem Übernehmen standen, was immer später aus ihnen wird; Zurückrollen ist ausgenommen.</translation>
    </message>
    <message>
        <source>An older database was put back in which a change set was to be confirmed, or a drain to end; what was said to it since is lost. Its window, or the drain, runs once more, `until` then (seconds since 1970).</source>
        <translation>Eine ältere Datenbank wurde zurückgespielt, in der ein Änderungssatz zu bestätigen war oder eine Auslaufzeit lief; was seitdem dazu gesagt wurde, ist verloren. Sein Fenster oder die Auslaufzeit läuft noch einmal, dann bis `until` (Sekunden seit 1970).</translation>
    </message>
    <message>
        <source>the freezes in which it was committed</source>
        <translation>die Sperrzeiten, in denen er übernommen wurde</translation>
    </message>
    <message>
        <source>the revision in which its domains were stored</source>
        <translation>die Revision, in der seine Domains gespeichert wurden</translation>
    </message>
    <message>
        <source>whether it was committed outside of all change windows that there were then</source>
        <translation>ob er außerhalb aller Änderungsfenster übernommen wurde, die es damals gab</translation>
    </message>
    <message>
        <source>freezes</source>
        <translation>Sperrzeiten</translation>
    </message>
    <message>
        <source>outside windows</source>
        <translation>außerhalb der Fenster</translation>
    </message>
    <message>
        <source>zoned</source>
        <translation>Domains gespeichert in</translation>
    </message>
    <message>
        <source>A change set took effect. `origin` is `server` for what the server does by itself, else `api` (console, command line, API); `approval` is who approved it, or `none`; `exception` is why it was done though hosts lose sessions or are left with nothing, or outside of a change window, `override` why in a freeze window.</source>
        <translation>Ein Änderungssatz wurde wirksam. `origin` ist `server` bei dem, was der Server von selbst tut, sonst `api` (Konsole, Befehlszeile, API); `approval` ist, wer ihn freigab, oder `none`; `exception` ist, warum es geschah, obwohl Hosts Sitzungen verlieren oder ihnen nichts bleibt oder kein Änderungsfenster offen war, `override`, warum trotz einer Sperrzeit.</translation>
    </message>
</context>
<context>
    <name>console</name>
    <message>
        <source>%1 is there already. Shall it be replaced?</source>
        <translation>%1 ist schon da. Soll es ersetzt werden?</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>The picture is too large for the memory of this machine. Zoom in and export what is seen.</source>
        <translation>Das Bild ist zu groß für den Speicher dieser Maschine. Näher heranzoomen und das Sichtbare exportieren.</translation>
    </message>
    <message>
        <source>%1 was not written: %2. Choose another place, or make room there.</source>
        <translation>%1 wurde nicht geschrieben: %2. Einen anderen Ort wählen oder dort Platz schaffen.</translation>
    </message>
    <message numerus="yes">
        <source>%n others</source>
        <translation>
            <numerusform>%n anderes</numerusform>
            <numerusform>%n andere</numerusform>
        </translation>
    </message>
    <message>
        <source>several</source>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>path works</source>
        <translation>Pfad funktioniert</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>does not work</source>
        <translation>funktioniert nicht</translation>
    </message>
    <message>
        <source>single point of failure</source>
        <translation>einzelne Fehlerstelle</translation>
    </message>
    <message>
        <source>inactive</source>
        <translation>inaktiv</translation>
    </message>
    <message>
        <source>cable planned or leaving</source>
        <translation>Kabel geplant oder wird entfernt</translation>
    </message>
    <message>
        <source>added by the draft</source>
        <translation>vom Entwurf hinzugefügt</translation>
    </message>
    <message>
        <source>removed by the draft</source>
        <translation>vom Entwurf entfernt</translation>
    </message>
    <message>
        <source>Find the test host that reaches card data, and take it away</source>
        <translation>Den Test-Host finden, der Kartendaten erreicht, und ihm den Zugriff nehmen</translation>
    </message>
    <message>
        <source>Open Findings: a separation rule is broken. Its proof says through which map. Mend it as a draft.</source>
        <translation>Befunde öffnen: eine Trennungsregel ist verletzt. Ihr Nachweis sagt, durch welche Zuordnung. Als Entwurf beheben.</translation>
    </message>
    <message>
        <source>Give app09 the disk that was approved for it</source>
        <translation>app09 die Platte geben, die dafür freigegeben wurde</translation>
    </message>
    <message>
        <source>Open Access, choose app09 and app09-reports: the panel says which layer is missing and offers the change.</source>
        <translation>Zugriff öffnen, app09 und app09-reports wählen: der Bereich sagt, welche Schicht fehlt, und bietet die Änderung an.</translation>
    </message>
    <message>
        <source>Give each web host a zone of its own</source>
        <translation>Jedem Web-Host eine eigene Zone geben</translation>
    </message>
    <message>
        <source>Open Zoning: z_web_content holds three hosts. Take out two and zone them by themselves.</source>
        <translation>Zoning öffnen: z_web_content enthält drei Hosts. Zwei herausnehmen und einzeln zonen.</translation>
    </message>
    <message>
        <source>Make the three web hosts one cluster, as they share a disk on purpose</source>
        <translation>Die drei Web-Hosts zu einem Cluster machen, da sie eine Platte bewusst teilen</translation>
    </message>
    <message>
        <source>Switch the zone of the new mail system on</source>
        <translation>Die Zone des neuen Mailsystems einschalten</translation>
    </message>
    <message>
        <source>Open Zoning: z_mail_next is in no set. Add it to the set production and commit.</source>
        <translation>Zoning öffnen: z_mail_next ist in keinem Satz. In den Satz production legen und übernehmen.</translation>
    </message>
    <message>
        <source>The management API speaks HTTPS only. Write the address without http://.</source>
        <translation>Die Verwaltungs-API spricht nur HTTPS. Die Adresse ohne http:// schreiben.</translation>
    </message>
    <message>
        <source>Write the server&apos;s name or address, such as san.example or 192.0.2.1:3285.</source>
        <translation>Namen oder Adresse des Servers schreiben, etwa san.example oder 192.0.2.1:3285.</translation>
    </message>
    <message>
        <source>This is no address of a server. Write a name or an address, and perhaps a port: san.example:3285.</source>
        <translation>Das ist keine Adresse eines Servers. Einen Namen oder eine Adresse schreiben, eventuell mit Port: san.example:3285.</translation>
    </message>
    <message>
        <source>A user name does not belong into the address. Write it into its own field.</source>
        <translation>Ein Benutzername gehört nicht in die Adresse. Ihn in sein eigenes Feld schreiben.</translation>
    </message>
    <message>
        <source>The address is a name and perhaps a port, without a path.</source>
        <translation>Die Adresse ist ein Name und eventuell ein Port, ohne Pfad.</translation>
    </message>
    <message>
        <source>There are more than are written here: narrow the matrix by a filter.</source>
        <translation>Es gibt mehr, als hier stehen: die Matrix durch einen Filter eingrenzen.</translation>
    </message>
    <message numerus="yes">
        <source>of %n cell(s)</source>
        <translation>
            <numerusform>von %n Zelle</numerusform>
            <numerusform>von %n Zellen</numerusform>
        </translation>
    </message>
    <message>
        <source>no site</source>
        <translation>kein Standort</translation>
    </message>
    <message>
        <source>no cluster</source>
        <translation>kein Cluster</translation>
    </message>
    <message>
        <source>no target</source>
        <translation>kein Target</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>no way between them</source>
        <translation>kein Weg zwischen ihnen</translation>
    </message>
    <message>
        <source>Nothing joins the host and the logical unit.</source>
        <translation>Nichts verbindet den Host und die logische Einheit.</translation>
    </message>
    <message>
        <source>not found, entry unknown</source>
        <translation>nicht gefunden, Zutritt unbekannt</translation>
    </message>
    <message>
        <source>The host does not find it. Whether it would get in, nobody who reports knows.</source>
        <translation>Der Host findet sie nicht. Ob er hineinkäme, weiß niemand, der berichtet.</translation>
    </message>
    <message>
        <source>reachable and approved</source>
        <translation>erreichbar und freigegeben</translation>
    </message>
    <message>
        <source>It works, and somebody approved it.</source>
        <translation>Es funktioniert, und jemand hat es freigegeben.</translation>
    </message>
    <message>
        <source>visible only</source>
        <translation>nur sichtbar</translation>
    </message>
    <message>
        <source>The host finds it and does not get in: a zone without a right.</source>
        <translation>Der Host findet sie und kommt nicht hinein: eine Zone ohne Recht.</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>Nobody who reports knows whether it works.</source>
        <translation>Niemand, der berichtet, weiß, ob es funktioniert.</translation>
    </message>
    <message>
        <source>permitted only</source>
        <translation>nur zugelassen</translation>
    </message>
    <message>
        <source>The host gets in where it knows the address, though no zone shows it.</source>
        <translation>Der Host kommt hinein, wo er die Adresse kennt, obwohl keine Zone sie zeigt.</translation>
    </message>
    <message>
        <source>approved, not reachable</source>
        <translation>freigegeben, nicht erreichbar</translation>
    </message>
    <message>
        <source>Somebody approved it, and it does not work.</source>
        <translation>Jemand hat es freigegeben, und es funktioniert nicht.</translation>
    </message>
    <message>
        <source>reachable, not approved</source>
        <translation>erreichbar, nicht freigegeben</translation>
    </message>
    <message>
        <source>It works, and nobody approved it.</source>
        <translation>Es funktioniert, und niemand hat es freigegeben.</translation>
    </message>
    <message>
        <source>separation violation</source>
        <translation>Trennung verletzt</translation>
    </message>
    <message>
        <source>It works, and a separation rule forbids it.</source>
        <translation>Es funktioniert, und eine Trennungsregel verbietet es.</translation>
    </message>
    <message>
        <source>gained</source>
        <translation>gewonnen</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>another right</source>
        <translation>anderes Recht</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>in use now</source>
        <translation>gerade genutzt</translation>
    </message>
    <message>
        <source>as the agent last said, it is silent</source>
        <translation>wie der Agent zuletzt sagte, er schweigt</translation>
    </message>
    <message>
        <source>changed: %1</source>
        <translation>geändert: %1</translation>
    </message>
    <message>
        <source>Revisions begin with 1.</source>
        <translation>Revisionen beginnen mit 1.</translation>
    </message>
    <message>
        <source>The SAN is at revision %1.</source>
        <translation>Das SAN ist bei Revision %1.</translation>
    </message>
    <message>
        <source>Write a revision, as 120, or a time, as 2026-11-20 10:00.</source>
        <translation>Eine Revision schreiben, etwa 120, oder eine Zeit, etwa 2026-11-20 10:00.</translation>
    </message>
    <message>
        <source>No change set is known that was committed by %1.</source>
        <translation>Kein Änderungssatz ist bekannt, der bis %1 übernommen wurde.</translation>
    </message>
    <message>
        <source>%1 reaches %2, %3.</source>
        <translation>%1 erreicht %2, %3.</translation>
    </message>
    <message>
        <source>It is not known whether %1 reaches %2.</source>
        <translation>Es ist nicht bekannt, ob %1 %2 erreicht.</translation>
    </message>
    <message>
        <source>%1 cannot reach %2.</source>
        <translation>%1 kann %2 nicht erreichen.</translation>
    </message>
    <message>
        <source>%1 does not find %2, but gets in where it knows the address.</source>
        <translation>%1 findet %2 nicht, kommt aber hinein, wo die Adresse bekannt ist.</translation>
    </message>
    <message>
        <source>%1 does not find %2; whether it would get in is unknown.</source>
        <translation>%1 findet %2 nicht; ob der Zutritt gelänge, ist unbekannt.</translation>
    </message>
    <message>
        <source>Finds it: %1 · gets in: %2</source>
        <translation>Findet es: %1 · kommt hinein: %2</translation>
    </message>
    <message>
        <source>since revision %1</source>
        <translation>seit Revision %1</translation>
    </message>
    <message>
        <source>LUN %1</source>
        <translation>LUN %1</translation>
    </message>
    <message>
        <source>%1 at %2, %3</source>
        <translation>%1 an %2, %3</translation>
    </message>
    <message>
        <source>Despite a guard: %1</source>
        <translation>Trotz eines Einwands: %1</translation>
    </message>
    <message>
        <source>Despite a freeze: %1</source>
        <translation>Trotz einer Sperrzeit: %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>submitted</source>
        <translation>eingereicht</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>freigegeben</translation>
    </message>
    <message>
        <source>committed</source>
        <translation>übernommen</translation>
    </message>
    <message>
        <source>committing</source>
        <translation>wird übernommen</translation>
    </message>
    <message>
        <source>to be confirmed</source>
        <translation>zu bestätigen</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>zurückgerollt</translation>
    </message>
    <message>
        <source>discarded</source>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>registration</source>
        <translation>Registrierung</translation>
    </message>
    <message>
        <source>session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>zoning</source>
        <translation>Zoning</translation>
    </message>
    <message>
        <source>access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>credential</source>
        <translation>Anmeldedaten</translation>
    </message>
    <message>
        <source>agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>change set</source>
        <translation>Änderungssatz</translation>
    </message>
    <message>
        <source>finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <source>entity</source>
        <translation>Entität</translation>
    </message>
    <message>
        <source>entities</source>
        <translation>Entitäten</translation>
    </message>
    <message>
        <source>portal</source>
        <translation>Portal</translation>
    </message>
    <message>
        <source>portals</source>
        <translation>Portale</translation>
    </message>
    <message>
        <source>node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>nodes</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>portal group</source>
        <translation>Portalgruppe</translation>
    </message>
    <message>
        <source>portal groups</source>
        <translation>Portalgruppen</translation>
    </message>
    <message>
        <source>discovery domain</source>
        <translation>Discovery Domain</translation>
    </message>
    <message>
        <source>discovery domains</source>
        <translation>Discovery Domains</translation>
    </message>
    <message>
        <source>domain set</source>
        <translation>Domain Set</translation>
    </message>
    <message>
        <source>domain sets</source>
        <translation>Domain Sets</translation>
    </message>
    <message>
        <source>site</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>sites</source>
        <translation>Standorte</translation>
    </message>
    <message>
        <source>cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>fabric</source>
        <translation>Fabric</translation>
    </message>
    <message>
        <source>fabrics</source>
        <translation>Fabrics</translation>
    </message>
    <message>
        <source>network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>separation rule</source>
        <translation>Trennungsregel</translation>
    </message>
    <message>
        <source>separation rules</source>
        <translation>Trennungsregeln</translation>
    </message>
    <message>
        <source>host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>hosts</source>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>logical unit</source>
        <translation>logische Einheit</translation>
    </message>
    <message>
        <source>logical units</source>
        <translation>logische Einheiten</translation>
    </message>
    <message>
        <source>LUN map</source>
        <translation>LUN-Zuordnung</translation>
    </message>
    <message>
        <source>LUN maps</source>
        <translation>LUN-Zuordnungen</translation>
    </message>
    <message>
        <source>cable</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>cables</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>saved question</source>
        <translation>gespeicherte Frage</translation>
    </message>
    <message>
        <source>saved questions</source>
        <translation>gespeicherte Fragen</translation>
    </message>
    <message>
        <source>waiver</source>
        <translation>Ausnahme</translation>
    </message>
    <message>
        <source>waivers</source>
        <translation>Ausnahmen</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>credentials</source>
        <translation>Anmeldedaten</translation>
    </message>
    <message>
        <source>change sets</source>
        <translation>Änderungssätze</translation>
    </message>
    <message>
        <source>approval</source>
        <translation>Freigabe</translation>
    </message>
    <message>
        <source>approvals</source>
        <translation>Freigaben</translation>
    </message>
    <message>
        <source>agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>applied target</source>
        <translation>angewendetes Target</translation>
    </message>
    <message>
        <source>applied targets</source>
        <translation>angewendete Targets</translation>
    </message>
    <message>
        <source>sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>departure</source>
        <translation>Abgang</translation>
    </message>
    <message>
        <source>departures</source>
        <translation>Abgänge</translation>
    </message>
    <message>
        <source>discovery</source>
        <translation>Entdeckung</translation>
    </message>
    <message>
        <source>discoveries</source>
        <translation>Entdeckungen</translation>
    </message>
    <message>
        <source>probe</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>probes</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>zones</source>
        <translation>Zonen</translation>
    </message>
    <message>
        <source>zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>zone sets</source>
        <translation>Zonensätze</translation>
    </message>
    <message>
        <source>zone set</source>
        <translation>Zonensatz</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>registered</source>
        <translation>registriert</translation>
    </message>
    <message>
        <source>visible</source>
        <translation>sichtbar</translation>
    </message>
    <message>
        <source>admitted</source>
        <translation>zugelassen</translation>
    </message>
    <message>
        <source>mapped</source>
        <translation>zugeordnet</translation>
    </message>
    <message>
        <source>read-write</source>
        <translation>lesen und schreiben</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>low</source>
        <translation>niedrig</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>kritisch</translation>
    </message>
    <message>
        <source>no CHAP</source>
        <translation>kein CHAP</translation>
    </message>
    <message>
        <source>one-way CHAP</source>
        <translation>einseitiges CHAP</translation>
    </message>
    <message>
        <source>mutual CHAP</source>
        <translation>beidseitiges CHAP</translation>
    </message>
    <message>
        <source>claimed name</source>
        <translation>angegebener Name</translation>
    </message>
    <message>
        <source>CHAP</source>
        <translation>CHAP</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n h</numerusform>
            <numerusform>%n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>no array</source>
        <translation>kein Array</translation>
    </message>
    <message>
        <source>several arrays</source>
        <translation>mehrere Arrays</translation>
    </message>
    <message>
        <source>no or several sites</source>
        <translation>kein oder mehrere Standorte</translation>
    </message>
    <message>
        <source>All paths begin at the initiator %1.</source>
        <translation>Alle Pfade beginnen am Initiator %1.</translation>
    </message>
    <message>
        <source>All paths need the portal %1.</source>
        <translation>Alle Pfade brauchen das Portal %1.</translation>
    </message>
    <message>
        <source>All paths need the target %1.</source>
        <translation>Alle Pfade brauchen das Target %1.</translation>
    </message>
    <message>
        <source>%1 or %2 is no longer there.</source>
        <translation>%1 oder %2 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Nothing joins %1 and %2: no domain, no map, no session.</source>
        <translation>Nichts verbindet %1 und %2: keine Domain, keine Zuordnung, keine Sitzung.</translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2, none works.</source>
        <translation>
            <numerusform>%n Pfad von %1 zu %2, er funktioniert nicht.</numerusform>
            <numerusform>%n Pfade von %1 zu %2, keiner funktioniert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2; whether one works is not known.</source>
        <translation>
            <numerusform>%n Pfad von %1 zu %2; ob er funktioniert, ist nicht bekannt.</numerusform>
            <numerusform>%n Pfade von %1 zu %2; ob einer funktioniert, ist nicht bekannt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2, %3 of them work.</source>
        <translation>
            <numerusform>%n Pfad von %1 zu %2, %3 davon funktioniert.</numerusform>
            <numerusform>%n Pfade von %1 zu %2, %3 davon funktionieren.</numerusform>
        </translation>
    </message>
    <message>
        <source>There is one path only.</source>
        <translation>Es gibt nur einen Pfad.</translation>
    </message>
    <message>
        <source>All paths run through %1.</source>
        <translation>Alle Pfade laufen durch %1.</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiteres</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>initiators</source>
        <translation>Initiatoren</translation>
    </message>
    <message>
        <source>initiator</source>
        <translation>Initiator</translation>
    </message>
    <message>
        <source>targets</source>
        <translation>Targets</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>no findings</source>
        <translation>keine Befunde</translation>
    </message>
    <message>
        <source>notice</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>added</source>
        <translation>hinzugefügt</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>leaving</source>
        <translation>wird entfernt</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>zu %1</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n %2</source>
        <translation>
            <numerusform>%1: %n %2</numerusform>
            <numerusform>%1: %n %2</numerusform>
        </translation>
    </message>
    <message>
        <source>not registered</source>
        <translation>nicht registriert</translation>
    </message>
    <message>
        <source>%1 by the draft</source>
        <translation>%1 durch den Entwurf</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Joined with, left</source>
        <translation>Verbunden mit, links</translation>
    </message>
    <message>
        <source>Joined with, right</source>
        <translation>Verbunden mit, rechts</translation>
    </message>
    <message>
        <source>Fabric</source>
        <translation>Fabric</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Cables</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>eingeschaltet</translation>
    </message>
    <message>
        <source>not enabled</source>
        <translation>nicht eingeschaltet</translation>
    </message>
    <message>
        <source>In no set</source>
        <translation>In keinem Satz</translation>
    </message>
    <message>
        <source>gives nobody anything</source>
        <translation>gibt niemandem etwas</translation>
    </message>
    <message>
        <source>%1 : %2</source>
        <comment>initiators to targets</comment>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>What the rule means</source>
        <translation>Was die Regel bedeutet</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Supports evidence for</source>
        <translation>Stützt den Nachweis für</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Waived until</source>
        <translation>Ausnahme bis</translation>
    </message>
    <message>
        <source>Waiver expired</source>
        <translation>Ausnahme abgelaufen</translation>
    </message>
    <message>
        <source>About %1</source>
        <translation>Über %1</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Mend</source>
        <translation>Beheben</translation>
    </message>
    <message>
        <source>%1 joined</source>
        <translation>%1 verbunden</translation>
    </message>
    <message numerus="yes">
        <source>%n members joined</source>
        <translation>
            <numerusform>%n Mitglied verbunden</numerusform>
            <numerusform>%n Mitglieder verbunden</numerusform>
        </translation>
    </message>
    <message>
        <source>changed last</source>
        <translation>zuletzt geändert</translation>
    </message>
    <message>
        <source>made</source>
        <translation>angelegt</translation>
    </message>
    <message>
        <source>Belongs together with</source>
        <translation>Gehört zusammen mit</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Fakten</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>portals that lead to it</source>
        <translation>Portale, die dahin führen</translation>
    </message>
    <message>
        <source>maps to it</source>
        <translation>Zuordnungen dazu</translation>
    </message>
    <message>
        <source>logical units behind it</source>
        <translation>logische Einheiten dahinter</translation>
    </message>
    <message>
        <source>sessions to it</source>
        <translation>Sitzungen dazu</translation>
    </message>
    <message>
        <source>applied there</source>
        <translation>dort angewendet</translation>
    </message>
    <message>
        <source>rev %1</source>
        <translation>Rev. %1</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>control node</source>
        <translation>Steuerknoten</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>changing</source>
        <translation>wird gewechselt</translation>
    </message>
    <message>
        <source>waits for the foreign end</source>
        <translation>wartet auf das fremde Ende</translation>
    </message>
    <message>
        <source>retired</source>
        <translation>ausgemustert</translation>
    </message>
    <message>
        <source>shorter than 96 bits</source>
        <translation>kürzer als 96 Bit</translation>
    </message>
    <message>
        <source>a word of a dictionary</source>
        <translation>ein Wort aus einem Wörterbuch</translation>
    </message>
    <message>
        <source>the same in both directions</source>
        <translation>in beiden Richtungen gleich</translation>
    </message>
    <message>
        <source>the same as a user name</source>
        <translation>gleich einem Benutzernamen</translation>
    </message>
    <message>
        <source>used elsewhere too</source>
        <translation>auch anderswo verwendet</translation>
    </message>
    <message>
        <source>last login with MD5</source>
        <translation>letzte Anmeldung mit MD5</translation>
    </message>
    <message>
        <source>older than allowed</source>
        <translation>älter als erlaubt</translation>
    </message>
    <message>
        <source>Who reaches what</source>
        <translation>Wer erreicht was</translation>
    </message>
    <message>
        <source>Every host and logical unit between which access works or is not known, with right and approval.</source>
        <translation>Jeder Host und jede logische Einheit, zwischen denen der Zugriff funktioniert oder nicht bekannt ist, mit Recht und Freigabe.</translation>
    </message>
    <message>
        <source>Access per host</source>
        <translation>Zugriff je Host</translation>
    </message>
    <message>
        <source>For each host how many logical units it reaches, writes to, and reaches without approval.</source>
        <translation>Für jeden Host, wie viele logische Einheiten er erreicht, beschreibt und ohne Freigabe erreicht.</translation>
    </message>
    <message>
        <source>Access per logical unit</source>
        <translation>Zugriff je logischer Einheit</translation>
    </message>
    <message>
        <source>For each logical unit how many hosts reach it, write to it, and reach it without approval.</source>
        <translation>Für jede logische Einheit, wie viele Hosts sie erreichen, beschreiben und ohne Freigabe erreichen.</translation>
    </message>
    <message>
        <source>Changes in a period</source>
        <translation>Änderungen in einem Zeitraum</translation>
    </message>
    <message>
        <source>Change sets that took effect, with who made and approved them, why, and under which ticket.</source>
        <translation>Wirksam gewordene Änderungssätze, mit Autor und Freigebendem, Begründung und Ticket.</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>Freigaben</translation>
    </message>
    <message>
        <source>The ledger of approved reach: who may reach what, by which change set.</source>
        <translation>Das Verzeichnis der Freigaben: wer was erreichen darf, durch welchen Änderungssatz.</translation>
    </message>
    <message>
        <source>Findings and waivers</source>
        <translation>Befunde und Ausnahmen</translation>
    </message>
    <message>
        <source>What the rules have found, what is accepted, until when and why.</source>
        <translation>Was die Regeln gefunden haben, was akzeptiert ist, bis wann und warum.</translation>
    </message>
    <message>
        <source>Age of credentials</source>
        <translation>Alter der Anmeldedaten</translation>
    </message>
    <message>
        <source>CHAP credentials with their age and their last proof by a login. Never a secret.</source>
        <translation>CHAP-Anmeldedaten mit ihrem Alter und ihrem letzten Nachweis durch eine Anmeldung. Nie ein Geheimnis.</translation>
    </message>
    <message>
        <source>Coverage by agents</source>
        <translation>Abdeckung durch Agenten</translation>
    </message>
    <message>
        <source>Who reports, who is silent, and which targets nobody speaks for.</source>
        <translation>Wer berichtet, wer schweigt und für welche Targets niemand spricht.</translation>
    </message>
    <message>
        <source>Comparison of two dates</source>
        <translation>Vergleich zweier Zeitpunkte</translation>
    </message>
    <message>
        <source>Which access was gained and lost between two revisions, and which objects changed.</source>
        <translation>Welcher Zugriff zwischen zwei Revisionen gewonnen und verloren wurde, und welche Objekte sich änderten.</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Revision</translation>
    </message>
    <message>
        <source>%1 %2, no longer there</source>
        <translation>%1 %2, nicht mehr da</translation>
    </message>
    <message>
        <source>The event</source>
        <translation>Das Ereignis</translation>
    </message>
    <message>
        <source>This console does not know the event: the server is newer.</source>
        <translation>Diese Konsole kennt das Ereignis nicht: der Server ist neuer.</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>%1, a %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>done</source>
        <translation>getan</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Ticket</source>
        <translation>Ticket</translation>
    </message>
    <message>
        <source>Record %1 of the hash chain. Its hash covers it and all before it:</source>
        <translation>Eintrag %1 der Hash-Kette. Sein Hash deckt ihn und alle davor ab:</translation>
    </message>
    <message>
        <source>Place in the log</source>
        <translation>Platz im Protokoll</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>nicht genannt</translation>
    </message>
    <message>
        <source>A list cannot show that the log is whole. Export and check it:</source>
        <translation>Eine Liste kann nicht zeigen, dass das Protokoll vollständig ist. Exportieren und prüfen:</translation>
    </message>
    <message>
        <source>Revision %1 against %2</source>
        <translation>Revision %1 gegen %2</translation>
    </message>
    <message>
        <source>The two revisions say the same: nothing of the SAN was changed with it.</source>
        <translation>Die beiden Revisionen sagen dasselbe: am SAN wurde damit nichts geändert.</translation>
    </message>
    <message>
        <source>Ends that verify are told to take the next secret too.</source>
        <translation>Prüfende Enden werden angewiesen, auch das nächste Geheimnis anzunehmen.</translation>
    </message>
    <message>
        <source>The initiator has the next secret; a login with it is awaited.</source>
        <translation>Der Initiator hat das nächste Geheimnis; eine Anmeldung damit wird erwartet.</translation>
    </message>
    <message>
        <source>Both secrets are taken until somebody has typed the next one at the foreign end and a login proves it.</source>
        <translation>Beide Geheimnisse werden angenommen, bis jemand das nächste am fremden Ende eingegeben hat und eine Anmeldung es nachweist.</translation>
    </message>
    <message>
        <source>The change is being taken back: the old secret stays.</source>
        <translation>Der Wechsel wird zurückgenommen: das alte Geheimnis bleibt.</translation>
    </message>
    <message>
        <source>has it</source>
        <translation>hat es</translation>
    </message>
    <message>
        <source>does not have it</source>
        <translation>hat es nicht</translation>
    </message>
    <message>
        <source>not known whether it has it</source>
        <translation>nicht bekannt, ob es vorliegt</translation>
    </message>
    <message>
        <source>proven by a login</source>
        <translation>durch eine Anmeldung nachgewiesen</translation>
    </message>
    <message>
        <source>Initiator</source>
        <translation>Initiator</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>with an agent</source>
        <translation>mit Agent</translation>
    </message>
    <message>
        <source>foreign: a person types it there</source>
        <translation>fremd: dort gibt eine Person es ein</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>mutual: the target proves itself too</source>
        <translation>beidseitig: auch das Target weist sich nach</translation>
    </message>
    <message>
        <source>one-way: the initiator proves itself</source>
        <translation>einseitig: der Initiator weist sich nach</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Gesetzt</translation>
    </message>
    <message>
        <source>Last proof</source>
        <translation>Letzter Nachweis</translation>
    </message>
    <message>
        <source>no login yet</source>
        <translation>noch keine Anmeldung</translation>
    </message>
    <message>
        <source>To be done until</source>
        <translation>Zu erledigen bis</translation>
    </message>
    <message>
        <source>How it stands</source>
        <translation>Wie es steht</translation>
    </message>
    <message>
        <source>What happens now</source>
        <translation>Was jetzt geschieht</translation>
    </message>
    <message>
        <source>Who has it</source>
        <translation>Wer es hat</translation>
    </message>
    <message>
        <source>At the foreign end</source>
        <translation>Am fremden Ende</translation>
    </message>
    <message>
        <source>The secret is shown once, on a terminal, to somebody with the right for it; the audit log has who and why. This console cannot show it.</source>
        <translation>Das Geheimnis wird einmal gezeigt, auf einem Terminal, jemandem mit dem Recht dazu; das Prüfprotokoll hält fest, wem und warum. Diese Konsole kann es nicht zeigen.</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>A change of the secret mends it.</source>
        <translation>Ein Wechsel des Geheimnisses behebt es.</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>The file cannot be read: %1.</source>
        <translation>Die Datei kann nicht gelesen werden: %1.</translation>
    </message>
    <message>
        <source>The file is larger than 1 GiB. Check it with sanctl evidence verify.</source>
        <translation>Die Datei ist größer als 1 GiB. Sie mit sanctl evidence verify prüfen.</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Intact, signer unknown</source>
        <translation>Unversehrt, Unterzeichner unbekannt</translation>
    </message>
    <message>
        <source>Intact, signed by another key</source>
        <translation>Unversehrt, mit anderem Schlüssel signiert</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Every file is what was signed, and the key is the one that was expected.</source>
        <translation>Jede Datei ist, was signiert wurde, und der Schlüssel ist der erwartete.</translation>
    </message>
    <message>
        <source>Every file is what was signed, but anybody can sign: enter the fingerprint of the server&apos;s key, which you got on another way than the pack.</source>
        <translation>Jede Datei ist, was signiert wurde, aber signieren kann jeder: den Fingerabdruck des Serverschlüssels eingeben, der auf anderem Weg als mit dem Paket zu Ihnen kam.</translation>
    </message>
    <message>
        <source>Every file is what was signed, but not by the key that was expected. Do not rely on it before you know whose key it is.</source>
        <translation>Jede Datei ist, was signiert wurde, aber nicht mit dem erwarteten Schlüssel. Verlassen Sie sich nicht darauf, bevor Sie wissen, wessen Schlüssel es ist.</translation>
    </message>
    <message>
        <source>This is not what was signed. Do not rely on anything in it; get the pack again from who made it.</source>
        <translation>Dies ist nicht, was signiert wurde. Verlassen Sie sich auf nichts darin; das Paket erneut von dem holen, der es erstellt hat.</translation>
    </message>
    <message>
        <source>%1. The file that was there before is untouched.</source>
        <translation>%1. Die Datei, die vorher da war, ist unverändert.</translation>
    </message>
    <message>
        <source>The ends are not known</source>
        <translation>Die Enden sind nicht bekannt</translation>
    </message>
    <message>
        <source>%1 #%2</source>
        <translation>%1 #%2</translation>
    </message>
    <message numerus="yes">
        <source>%n new violations</source>
        <translation>
            <numerusform>%n neuer Verstoß</numerusform>
            <numerusform>%n neue Verstöße</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n worse</source>
        <translation>
            <numerusform>%n schlimmer</numerusform>
            <numerusform>%n schlimmer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cleared</source>
        <translation>
            <numerusform>%n behoben</numerusform>
            <numerusform>%n behoben</numerusform>
        </translation>
    </message>
    <message>
        <source>There was no label %1 at that revision.</source>
        <translation>Es gab kein Label %1 bei dieser Revision.</translation>
    </message>
    <message>
        <source>There was no host %1 at that revision.</source>
        <translation>Es gab keinen Host %1 bei dieser Revision.</translation>
    </message>
    <message>
        <source>There was no logical unit %1 at that revision.</source>
        <translation>Es gab keine logische Einheit %1 bei dieser Revision.</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Logical unit</source>
        <translation>Logische Einheit</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Recht</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>Freigegeben</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funktioniert</translation>
    </message>
    <message>
        <source>Read and write</source>
        <translation>Lesen und schreiben</translation>
    </message>
    <message>
        <source>Without approval</source>
        <translation>Ohne Freigabe</translation>
    </message>
    <message>
        <source>Forbidden</source>
        <translation>Verboten</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Took effect</source>
        <translation>Wirksam seit</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>Approved by</source>
        <translation>Freigegeben von</translation>
    </message>
    <message>
        <source>Change set</source>
        <translation>Änderungssatz</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Schwere</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Waiver</source>
        <translation>Ausnahme</translation>
    </message>
    <message>
        <source>The rules are being evaluated. Try again in a moment.</source>
        <translation>Die Regeln werden ausgewertet. Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>%1 findings open, %2 waived</source>
        <translation>%1 Befunde offen, %2 mit Ausnahme</translation>
    </message>
    <message>
        <source>of the whole SAN</source>
        <translation>vom ganzen SAN</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erzeugt</translation>
    </message>
    <message>
        <source>Age in days</source>
        <translation>Alter in Tagen</translation>
    </message>
    <message>
        <source>Last proven</source>
        <translation>Zuletzt nachgewiesen</translation>
    </message>
    <message>
        <source>MD5</source>
        <translation>MD5</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Letzter Bericht</translation>
    </message>
    <message>
        <source>%1 of %2 agents report; %3 targets without an agent</source>
        <translation>%1 von %2 Agenten berichten; %3 Targets ohne Agent</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheit</translation>
    </message>
    <message numerus="yes">
        <source>%n targets have no agent: whom they admit is not known</source>
        <translation>
            <numerusform>%n Target hat keinen Agenten: wen es zulässt, ist nicht bekannt</numerusform>
            <numerusform>%n Targets haben keinen Agenten: wen sie zulassen, ist nicht bekannt</numerusform>
        </translation>
    </message>
    <message>
        <source>Complete: it is what the server itself has written, and rests on no agent.</source>
        <translation>Vollständig: es ist, was der Server selbst geschrieben hat, und beruht auf keinem Agenten.</translation>
    </message>
    <message>
        <source>Complete: every agent has reported, and each target has one.</source>
        <translation>Vollständig: jeder Agent hat berichtet, und jedes Target hat einen.</translation>
    </message>
    <message>
        <source>Not complete: %1.</source>
        <translation>Nicht vollständig: %1.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made.</source>
        <translation>Der Ordner %1 lässt sich nicht anlegen.</translation>
    </message>
    <message>
        <source>%1 is in the way: it is no folder.</source>
        <translation>%1 ist im Weg: Es ist kein Ordner.</translation>
    </message>
    <message>
        <source>It is too large for a draft.</source>
        <translation>Es ist zu groß für einen Entwurf.</translation>
    </message>
    <message>
        <source>It is not whole.</source>
        <translation>Es ist nicht vollständig.</translation>
    </message>
    <message>
        <source>It holds no draft.</source>
        <translation>Es enthält keinen Entwurf.</translation>
    </message>
    <message>
        <source>Another version of the console has written it.</source>
        <translation>Eine andere Version der Konsole hat es geschrieben.</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV-Tabelle</translation>
    </message>
    <message>
        <source>JSON document</source>
        <translation>JSON-Dokument</translation>
    </message>
    <message>
        <source>LIO configuration (saveconfig.json)</source>
        <translation>LIO-Konfiguration (saveconfig.json)</translation>
    </message>
    <message>
        <source>open-isns listing</source>
        <translation>open-isns-Liste</translation>
    </message>
    <message>
        <source>None of them has an initiator.</source>
        <translation>Keiner davon hat einen Initiator.</translation>
    </message>
    <message>
        <source>None of them has a target.</source>
        <translation>Keines davon hat ein Target.</translation>
    </message>
    <message>
        <source>These are more than %1 zones: choose fewer.</source>
        <translation>Das sind mehr als %1 Zonen: Wählen Sie weniger.</translation>
    </message>
    <message>
        <source>Zone %1 with %2, a zone for each pair</source>
        <translation>%1 mit %2 zonen, eine Zone für jedes Paar</translation>
    </message>
    <message>
        <source>Some of them are together in the zone %1 already, and see each other there.</source>
        <translation>Einige davon sind schon zusammen in der Zone %1 und sehen einander dort.</translation>
    </message>
    <message>
        <source>Zone %1 with %2, each by itself</source>
        <translation>%1 mit %2 zonen, jeden für sich</translation>
    </message>
    <message>
        <source>%1 has no initiator.</source>
        <translation>%1 hat keinen Initiator.</translation>
    </message>
    <message>
        <source>Zone the cluster %1 with %2</source>
        <translation>Den Cluster %1 mit %2 zonen</translation>
    </message>
    <message>
        <source>Decommission %1</source>
        <translation>%1 stilllegen</translation>
    </message>
    <message>
        <source>A host is no clone of itself: choose another one.</source>
        <translation>Ein Host ist nicht sein eigener Klon: Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>%1 has no initiator yet: it has to register first.</source>
        <translation>%1 hat noch keinen Initiator: Er muss sich erst registrieren.</translation>
    </message>
    <message>
        <source>%1 gets %2 as LUN %3: LUN %4 is another one there.</source>
        <translation>%1 bekommt %2 als LUN %3: LUN %4 ist dort eine andere.</translation>
    </message>
    <message>
        <source>%1 keeps what it had besides.</source>
        <translation>%1 behält, was er sonst hatte.</translation>
    </message>
    <message>
        <source>%1 proves itself with credentials: make own ones for %2 on the page Credentials.</source>
        <translation>%1 weist sich mit Anmeldedaten aus: Legen Sie auf der Seite Anmeldedaten eigene für %2 an.</translation>
    </message>
    <message>
        <source>Clone %1 for %2</source>
        <translation>%1 für %2 klonen</translation>
    </message>
    <message>
        <source>The new initiator is the old one: choose another one.</source>
        <translation>Der neue Initiator ist der alte: Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>%1 is of the host %2: take it out there first.</source>
        <translation>%1 gehört zum Host %2: Nehmen Sie ihn dort zuerst heraus.</translation>
    </message>
    <message>
        <source>Make credentials for %1 on the page Credentials.</source>
        <translation>Legen Sie auf der Seite Anmeldedaten welche für %1 an.</translation>
    </message>
    <message>
        <source>Replace %1 by %2</source>
        <translation>%1 durch %2 ersetzen</translation>
    </message>
    <message>
        <source>Choose something for %1.</source>
        <translation>Wählen Sie etwas für %1.</translation>
    </message>
    <message>
        <source>%1 does not fit here.</source>
        <translation>%1 passt hier nicht.</translation>
    </message>
    <message>
        <source>Choose one alone where one is asked for.</source>
        <translation>Wählen Sie nur eines, wo eines gefragt ist.</translation>
    </message>
    <message>
        <source>That is so already: there is nothing to change.</source>
        <translation>Das ist schon so: Es gibt nichts zu ändern.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>The file is no text in UTF-8. Save the table as CSV in UTF-8.</source>
        <translation>Die Datei ist kein Text in UTF-8. Speichern Sie die Tabelle als CSV in UTF-8.</translation>
    </message>
    <message>
        <source>The file names nothing that could be taken over.</source>
        <translation>Die Datei nennt nichts, was sich übernehmen ließe.</translation>
    </message>
    <message>
        <source>The file has more than %1 rows. Import it in parts.</source>
        <translation>Die Datei hat mehr als %1 Zeilen. Importieren Sie sie in Teilen.</translation>
    </message>
    <message>
        <source>The table has more than %1 columns.</source>
        <translation>Die Tabelle hat mehr als %1 Spalten.</translation>
    </message>
    <message>
        <source>This is no JSON: %1</source>
        <translation>Das ist kein JSON: %1</translation>
    </message>
    <message>
        <source>This is a snapshot, not an import. Open a saved snapshot shows it.</source>
        <translation>Das ist ein Abbild, kein Import. „Gespeichertes Abbild öffnen“ zeigt es.</translation>
    </message>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n Objekt</numerusform>
            <numerusform>%n Objekte</numerusform>
        </translation>
    </message>
    <message>
        <source>The new zones are in no zone set: they are not in force until one holds them.</source>
        <translation>Die neuen Zonen sind in keinem Zonensatz: Sie gelten erst, wenn einer sie enthält.</translation>
    </message>
    <message>
        <source>Zones show targets. Logical units are given by maps, which this does not make.</source>
        <translation>Zonen zeigen Targets. Logische Einheiten geben Zuordnungen, die hier nicht entstehen.</translation>
    </message>
    <message numerus="yes">
        <source>%n credential(s) are to be retired on the page Credentials: a draft does not end them.</source>
        <translation>
            <numerusform>%n Satz Anmeldedaten ist auf der Seite Anmeldedaten zu beenden: Ein Entwurf tut das nicht.</numerusform>
            <numerusform>%n Sätze Anmeldedaten sind auf der Seite Anmeldedaten zu beenden: Ein Entwurf tut das nicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is a control node: it sees everything, whatever the zones say.</source>
        <translation>%1 ist ein Control Node: Er sieht alles, was die Zonen auch sagen.</translation>
    </message>
    <message>
        <source>A zone for each pair</source>
        <translation>Eine Zone für jedes Paar</translation>
    </message>
    <message>
        <source>Makes a zone of one initiator and one target for each pair of them: nobody sees more than he needs.</source>
        <translation>Legt für jedes Paar eine Zone aus einem Initiator und einem Target an: Niemand sieht mehr als nötig.</translation>
    </message>
    <message>
        <source>Hosts or initiators</source>
        <translation>Hosts oder Initiatoren</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Targets</translation>
    </message>
    <message>
        <source>Cluster to array</source>
        <translation>Cluster an Array</translation>
    </message>
    <message>
        <source>Makes a zone for each target with all initiators of a cluster. Done again, it takes in hosts that have joined the cluster.</source>
        <translation>Legt für jedes Target eine Zone mit allen Initiatoren eines Clusters an. Noch einmal angewandt, nimmt sie Hosts auf, die dazugekommen sind.</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Targets of the array</source>
        <translation>Targets des Arrays</translation>
    </message>
    <message>
        <source>Many initiators at one target</source>
        <translation>Viele Initiatoren an einem Target</translation>
    </message>
    <message>
        <source>Lets many initiators see one target, each in a zone of its own: they do not see each other.</source>
        <translation>Lässt viele Initiatoren ein Target sehen, jeden in einer eigenen Zone: Sie sehen einander nicht.</translation>
    </message>
    <message>
        <source>Decommission hosts</source>
        <translation>Hosts stilllegen</translation>
    </message>
    <message>
        <source>Takes hosts out of all zones and of their cluster, and ends their maps and approvals. Zones that served them alone go.</source>
        <translation>Nimmt Hosts aus allen Zonen und aus ihrem Cluster und beendet ihre Zuordnungen und Freigaben. Zonen, die nur ihnen dienten, entfallen.</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>Clone a host</source>
        <translation>Host klonen</translation>
    </message>
    <message>
        <source>Gives another host the zones and the maps of this one. What the other host has already stays.</source>
        <translation>Gibt einem anderen Host die Zonen und Zuordnungen von diesem. Was der andere schon hat, bleibt.</translation>
    </message>
    <message>
        <source>Host to copy</source>
        <translation>Host als Vorbild</translation>
    </message>
    <message>
        <source>Its clone</source>
        <translation>Sein Klon</translation>
    </message>
    <message>
        <source>Replace an HBA</source>
        <translation>HBA ersetzen</translation>
    </message>
    <message>
        <source>Puts a new initiator in all places of an old one: zones, own maps and its host.</source>
        <translation>Setzt einen neuen Initiator an alle Stellen eines alten: Zonen, eigene Zuordnungen und seinen Host.</translation>
    </message>
    <message>
        <source>Old initiator</source>
        <translation>Alter Initiator</translation>
    </message>
    <message>
        <source>New initiator</source>
        <translation>Neuer Initiator</translation>
    </message>
    <message>
        <source>Nothing that fits here is called %1.</source>
        <translation>Nichts, was hier passt, heißt %1.</translation>
    </message>
    <message>
        <source>Several objects are called %1. Write a name that only one of them has.</source>
        <translation>Mehrere Objekte heißen %1. Geben Sie einen Namen an, den nur eines davon hat.</translation>
    </message>
    <message>
        <source>One name is wanted here.</source>
        <translation>Hier ist ein einzelner Name gefragt.</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>Nichts ist gewählt.</translation>
    </message>
    <message>
        <source>Several kinds of objects are selected. Select those of one kind.</source>
        <translation>Objekte mehrerer Arten sind gewählt. Wähle solche von einer Art.</translation>
    </message>
    <message>
        <source>Agents and registrations make this. Administrators keep nothing of it.</source>
        <translation>Das entsteht durch Agenten und Registrierungen. Administratoren pflegen nichts daran.</translation>
    </message>
    <message>
        <source>It is not there any more.</source>
        <translation>Es ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Agents and registrations make this. It goes when they go.</source>
        <translation>Das entsteht durch Agenten und Registrierungen. Es geht, wenn sie gehen.</translation>
    </message>
    <message>
        <source>This is no file that can be imported: a CSV table with the names of its columns in the first row, a JSON or YAML document, LIO&apos;s saveconfig.json or a listing of isnsadm.</source>
        <translation>Das ist keine Datei, die importiert werden kann: eine CSV-Tabelle mit den Namen ihrer Spalten in der ersten Zeile, ein JSON- oder YAML-Dokument, saveconfig.json von LIO oder eine Auflistung von isnsadm.</translation>
    </message>
    <message>
        <source>This is no YAML: %1</source>
        <translation>Das ist kein YAML: %1</translation>
    </message>
    <message>
        <source>YAML document</source>
        <translation>YAML-Dokument</translation>
    </message>
    <message>
        <source>%1 %2 demands: %3</source>
        <translation>%1 %2 verlangt: %3</translation>
    </message>
    <message>
        <source>%1 demands %2</source>
        <translation>%1 verlangt %2</translation>
    </message>
    <message>
        <source>refuse MD5</source>
        <translation>MD5 ablehnen</translation>
    </message>
    <message>
        <source>%1 lets MD5 pass</source>
        <translation>%1 lässt MD5 zu</translation>
    </message>
    <message>
        <source>%1 refuses MD5</source>
        <translation>%1 lehnt MD5 ab</translation>
    </message>
    <message>
        <source>Open Access and look at web-content: a disk that is shared outside of a cluster. Select web01, web02 and web03 in Topology, then make the hosts one cluster by the menu Draft.</source>
        <translation>Zugriff öffnen und web-content ansehen: eine Platte, die außerhalb eines Clusters geteilt wird. In der Topologie web01, web02 und web03 auswählen, dann im Menü Entwurf zu einem Cluster machen.</translation>
    </message>
    <message numerus="yes">
        <source>%n ways</source>
        <translation>
            <numerusform>%n Weg</numerusform>
            <numerusform>%n Wege</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 to %3; %4 without approval</source>
        <translation>%1 von %2 zu %3; %4 ohne Freigabe</translation>
    </message>
    <message>
        <source>%1; %2 reach nothing</source>
        <translation>%1; %2 erreichen nichts</translation>
    </message>
    <message>
        <source>%1; %2 are reached by nobody</source>
        <translation>%1; %2 erreicht niemand</translation>
    </message>
    <message>
        <source>%1; %2 nobody approved</source>
        <translation>%1; %2 hat niemand freigegeben</translation>
    </message>
    <message>
        <source>%1; %2 never proven by a login</source>
        <translation>%1; %2 nie durch eine Anmeldung bewiesen</translation>
    </message>
    <message>
        <source>%1 gained, %2 lost, %3 with another right; %4 objects differ</source>
        <translation>%1 gewonnen, %2 verloren, %3 mit anderem Recht; %4 Objekte unterscheiden sich</translation>
    </message>
    <message>
        <source>%1 in the scope differ</source>
        <translation>%1 im Ausschnitt unterscheiden sich</translation>
    </message>
    <message numerus="yes">
        <source>%n rows are left out: narrow the scope</source>
        <translation>
            <numerusform>%n Zeile ist weggelassen: den Ausschnitt verengen</numerusform>
            <numerusform>%n Zeilen sind weggelassen: den Ausschnitt verengen</numerusform>
        </translation>
    </message>
    <message>
        <source>Who reaches a logical unit?</source>
        <translation>Wer erreicht eine logische Einheit?</translation>
    </message>
    <message>
        <source>Who reaches %1?</source>
        <translation>Wer erreicht %1?</translation>
    </message>
    <message>
        <source>Choose a logical unit first: press its column, or find it with Ctrl+K.</source>
        <translation>Zuerst eine logische Einheit wählen: ihre Spalte drücken oder sie mit Strg+K finden.</translation>
    </message>
    <message>
        <source>What does a host reach?</source>
        <translation>Was erreicht ein Host?</translation>
    </message>
    <message>
        <source>What does %1 reach?</source>
        <translation>Was erreicht %1?</translation>
    </message>
    <message>
        <source>Choose a host first: press its row, or find it with Ctrl+K.</source>
        <translation>Zuerst einen Host wählen: seine Zeile drücken oder ihn mit Strg+K finden.</translation>
    </message>
    <message>
        <source>What is shared outside of a cluster?</source>
        <translation>Was wird außerhalb eines Clusters geteilt?</translation>
    </message>
    <message>
        <source>The rules have not been evaluated yet.</source>
        <translation>Die Regeln sind noch nicht ausgewertet.</translation>
    </message>
    <message>
        <source>What changed between two revisions?</source>
        <translation>Was hat sich zwischen zwei Revisionen geändert?</translation>
    </message>
    <message>
        <source>held disk</source>
        <translation>festgehaltene Platte</translation>
    </message>
    <message>
        <source>held disks</source>
        <translation>festgehaltene Platten</translation>
    </message>
    <message>
        <source>LUN %1 of %2</source>
        <translation>LUN %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>of %1 agents %n are silent: what they would report is not known</source>
        <translation>
            <numerusform>von %1 Agenten schweigt %n: was er berichten würde, ist nicht bekannt</numerusform>
            <numerusform>von %1 Agenten schweigen %n: was sie berichten würden, ist nicht bekannt</numerusform>
        </translation>
    </message>
    <message>
        <source>LUN %1 of %2 for %3</source>
        <translation>LUN %1 von %2 für %3</translation>
    </message>
    <message>
        <source>%1 at every target</source>
        <translation>%1 an jedem Target</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <translation>%1 für %2</translation>
    </message>
    <message>
        <source>%1, whose reports are not kept; %2 targets without an agent</source>
        <translation>%1, deren Berichte nicht aufbewahrt sind; %2 Targets ohne Agent</translation>
    </message>
    <message>
        <source>which agents reported then is not kept: what they would have reported is not known</source>
        <translation>welche Agenten damals berichteten, ist nicht aufbewahrt: was sie berichtet hätten, ist nicht bekannt</translation>
    </message>
    <message>
        <source>too many drafts have been put aside there</source>
        <translation>dort liegen schon zu viele beiseitegelegte Entwürfe</translation>
    </message>
    <message>
        <source>not known whether an agent is there</source>
        <translation>nicht bekannt, ob dort ein Agent ist</translation>
    </message>
</context>
<context>
    <name>console::AccessModel</name>
    <message>
        <source>Revision %1 cannot be compared with</source>
        <translation>Revision %1 ist nicht vergleichbar</translation>
    </message>
    <message>
        <source>The history does not go back that far, or the server cannot be reached.</source>
        <translation>Die Historie reicht nicht so weit zurück, oder der Server ist nicht erreichbar.</translation>
    </message>
</context>
<context>
    <name>console::AccessPage</name>
    <message>
        <source>Clear the filter</source>
        <translation>Filter aufheben</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>What the matrix is asked for: built-in and saved questions.</source>
        <translation>Wonach die Matrix gefragt wird: eingebaute und gespeicherte Fragen.</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>The revision that is shown; any of the past can be, and compared with.</source>
        <translation>Die gezeigte Revision; jede vergangene kann gezeigt und verglichen werden.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>The matrix as it is shown: a picture, or a table of its cells.</source>
        <translation>Die Matrix, wie sie gezeigt wird: ein Bild oder eine Tabelle ihrer Zellen.</translation>
    </message>
    <message>
        <source>As picture (PNG)…</source>
        <translation>Als Bild (PNG)…</translation>
    </message>
    <message>
        <source>As drawing (SVG)…</source>
        <translation>Als Zeichnung (SVG)…</translation>
    </message>
    <message>
        <source>As table (CSV)…</source>
        <translation>Als Tabelle (CSV)…</translation>
    </message>
    <message>
        <source>Smaller cells</source>
        <translation>Kleinere Zellen</translation>
    </message>
    <message>
        <source>Larger cells</source>
        <translation>Größere Zellen</translation>
    </message>
    <message>
        <source>Fit the whole matrix</source>
        <translation>Ganze Matrix einpassen</translation>
    </message>
    <message>
        <source>What the rows are</source>
        <translation>Was die Zeilen sind</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Groups of rows</source>
        <translation>Gruppen der Zeilen</translation>
    </message>
    <message>
        <source>no groups</source>
        <translation>keine Gruppen</translation>
    </message>
    <message>
        <source>by site</source>
        <translation>nach Standort</translation>
    </message>
    <message>
        <source>by cluster</source>
        <translation>nach Cluster</translation>
    </message>
    <message>
        <source>by label</source>
        <translation>nach Label</translation>
    </message>
    <message>
        <source>What the columns are</source>
        <translation>Was die Spalten sind</translation>
    </message>
    <message>
        <source>Logical units</source>
        <translation>Logische Einheiten</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Targets</translation>
    </message>
    <message>
        <source>Groups of columns</source>
        <translation>Gruppen der Spalten</translation>
    </message>
    <message>
        <source>by target</source>
        <translation>nach Target</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Ordnung</translation>
    </message>
    <message>
        <source>by name</source>
        <translation>nach Name</translation>
    </message>
    <message>
        <source>by similarity</source>
        <translation>nach Ähnlichkeit</translation>
    </message>
    <message>
        <source>What is reached by the same hosts stands together, so that blocks show.</source>
        <translation>Was von denselben Hosts erreicht wird, steht zusammen, sodass Blöcke erkennbar werden.</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Only what changed</source>
        <translation>Nur Geändertes</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>Nichts ist geöffnet</translation>
    </message>
    <message numerus="yes">
        <source>Shared outside of a cluster: %n logical unit(s)</source>
        <translation>
            <numerusform>Außerhalb eines Clusters geteilt: %n logische Einheit</numerusform>
            <numerusform>Außerhalb eines Clusters geteilt: %n logische Einheiten</numerusform>
        </translation>
    </message>
    <message>
        <source>Now, revision %1</source>
        <translation>Jetzt, Revision %1</translation>
    </message>
    <message>
        <source>Revision %1 · %2</source>
        <translation>Revision %1 · %2</translation>
    </message>
    <message>
        <source>Another revision or time…</source>
        <translation>Andere Revision oder Zeit…</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>Show the SAN as it was</source>
        <translation>Das SAN zeigen, wie es war</translation>
    </message>
    <message>
        <source>Compare what is shown with</source>
        <translation>Das Gezeigte vergleichen mit</translation>
    </message>
    <message>
        <source>From revision %1 to %2: %3 cells gained, %4 lost, %5 with another right.</source>
        <translation>Von Revision %1 bis %2: %3 Zellen gewonnen, %4 verloren, %5 mit anderem Recht.</translation>
    </message>
    <message>
        <source>Revision %1, %2</source>
        <translation>Revision %1, %2</translation>
    </message>
    <message>
        <source>Open the demo, a server or a file: then who reaches what stands here.</source>
        <translation>Die Demo, einen Server oder eine Datei öffnen: dann steht hier, wer was erreicht.</translation>
    </message>
    <message>
        <source>Working it out</source>
        <translation>Wird ermittelt</translation>
    </message>
    <message>
        <source>The matrix is made as soon as the SAN has come.</source>
        <translation>Die Matrix entsteht, sobald das SAN da ist.</translation>
    </message>
    <message>
        <source>Nothing meets the filter</source>
        <translation>Nichts entspricht dem Filter</translation>
    </message>
    <message>
        <source>No host and no logical unit meets “%1”.</source>
        <translation>Kein Host und keine logische Einheit entspricht „%1“.</translation>
    </message>
    <message>
        <source>Nothing changed</source>
        <translation>Nichts geändert</translation>
    </message>
    <message>
        <source>Who reaches what is the same in both revisions.</source>
        <translation>Wer was erreicht, ist in beiden Revisionen gleich.</translation>
    </message>
    <message>
        <source>There is none</source>
        <translation>Keine vorhanden</translation>
    </message>
    <message>
        <source>There is no host yet</source>
        <translation>Es gibt noch keinen Host</translation>
    </message>
    <message>
        <source>Hosts come by themselves when their agents or iSNS clients register, or are made on the Zoning page.</source>
        <translation>Hosts kommen von selbst, wenn ihre Agenten oder iSNS-Clients sich registrieren, oder werden auf der Seite Zoning angelegt.</translation>
    </message>
    <message>
        <source>There is no logical unit yet</source>
        <translation>Es gibt noch keine logische Einheit</translation>
    </message>
    <message>
        <source>Logical units come by themselves when the agents of their targets report them.</source>
        <translation>Logische Einheiten kommen von selbst, wenn die Agenten ihrer Targets sie berichten.</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>Nach %1 geschrieben</translation>
    </message>
    <message>
        <source>%1 was not written</source>
        <translation>%1 wurde nicht geschrieben</translation>
    </message>
    <message>
        <source>Export the access matrix</source>
        <translation>Zugriffsmatrix exportieren</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>Drawings (*.svg)</source>
        <translation>Zeichnungen (*.svg)</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>The picture is too large for the memory of this machine. Make the cells smaller, or narrow what is shown by a filter.</source>
        <translation>Das Bild ist zu groß für den Speicher dieser Maschine. Die Zellen verkleinern oder das Gezeigte mit einem Filter einschränken.</translation>
    </message>
    <message>
        <source>Access matrix</source>
        <translation>Zugriffsmatrix</translation>
    </message>
</context>
<context>
    <name>console::ActionRegistry</name>
    <message>
        <source>There is nothing that this could be done with here.</source>
        <translation>Hier gibt es nichts, womit das möglich wäre.</translation>
    </message>
    <message>
        <source>%1
Not now: %2</source>
        <translation>%1
Jetzt nicht: %2</translation>
    </message>
    <message>
        <source>Not now: %1</source>
        <translation>Jetzt nicht: %1</translation>
    </message>
</context>
<context>
    <name>console::ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Part of the activity</source>
        <translation>Teil der Aktivität</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historie</translation>
    </message>
    <message>
        <source>Kind of event</source>
        <translation>Art des Ereignisses</translation>
    </message>
    <message>
        <source>Every kind</source>
        <translation>Jede Art</translation>
    </message>
    <message>
        <source>Who did it</source>
        <translation>Wer es getan hat</translation>
    </message>
    <message>
        <source>By anybody</source>
        <translation>Durch irgendwen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>What happens, the newest first</source>
        <translation>Was geschieht, das Neueste zuerst</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Every event</source>
        <translation>Jedes Ereignis</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>Beliebige Zeit</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Letzte Stunde</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Who, as a whole name</source>
        <translation>Wer, als ganzer Name</translation>
    </message>
    <message>
        <source>A part of the object</source>
        <translation>Ein Teil des Objekts</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>Older records</source>
        <translation>Ältere Einträge</translation>
    </message>
    <message>
        <source>Records of the audit log, the newest first</source>
        <translation>Einträge des Prüfprotokolls, die neuesten zuerst</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>What the chosen line says</source>
        <translation>Was die gewählte Zeile sagt</translation>
    </message>
    <message>
        <source>What changed then</source>
        <translation>Was sich da änderte</translation>
    </message>
    <message>
        <source>Show the object</source>
        <translation>Objekt zeigen</translation>
    </message>
    <message>
        <source>Show it at that revision</source>
        <translation>Bei dieser Revision zeigen</translation>
    </message>
    <message>
        <source>Show the change set</source>
        <translation>Änderungssatz zeigen</translation>
    </message>
    <message>
        <source>Copy as sanctl command</source>
        <translation>Als sanctl-Befehl kopieren</translation>
    </message>
    <message numerus="yes">
        <source>Go on (%n held)</source>
        <translation>
            <numerusform>Fortsetzen (%n zurückgehalten)</numerusform>
            <numerusform>Fortsetzen (%n zurückgehalten)</numerusform>
        </translation>
    </message>
    <message>
        <source>Holds back what happens, so that the list stays still. Nothing is lost.</source>
        <translation>Hält zurück, was geschieht, damit die Liste stillsteht. Nichts geht verloren.</translation>
    </message>
    <message>
        <source>Nothing of that kind, or by that one, has happened since this console is open.</source>
        <translation>Nichts von dieser Art oder durch diesen ist geschehen, seit diese Konsole offen ist.</translation>
    </message>
    <message>
        <source>Nothing has happened since this console is open. What happens shows here by itself; what happened before is in the history.</source>
        <translation>Nichts ist geschehen, seit diese Konsole offen ist. Was geschieht, erscheint hier von selbst; was davor geschah, steht in der Historie.</translation>
    </message>
    <message>
        <source>The audit log could not be asked. %1</source>
        <translation>Das Prüfprotokoll konnte nicht gefragt werden. %1</translation>
    </message>
    <message>
        <source>Records are on their way.</source>
        <translation>Einträge sind unterwegs.</translation>
    </message>
    <message>
        <source>No record is so. Widen the event, the time, who or the object.</source>
        <translation>Kein Eintrag ist so. Ereignis, Zeit, Wer oder Objekt weiter fassen.</translation>
    </message>
    <message>
        <source>Asks for the records before the last one that is shown.</source>
        <translation>Fragt nach den Einträgen vor dem letzten gezeigten.</translation>
    </message>
    <message>
        <source>Collecting begins with the first SAN</source>
        <translation>Das Sammeln beginnt mit dem ersten SAN</translation>
    </message>
    <message numerus="yes">
        <source>%n lines</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>held since it was paused: %1</source>
        <translation>zurückgehalten seit dem Anhalten: %1</translation>
    </message>
    <message>
        <source>%1 shown, %2 looked through</source>
        <translation>%1 gezeigt, %2 durchgesehen</translation>
    </message>
    <message>
        <source>Nothing is chosen</source>
        <translation>Nichts ist gewählt</translation>
    </message>
    <message>
        <source>Choose a line at the left: who did what to what, and what changed then, is told here.</source>
        <translation>Links eine Zeile wählen: wer was womit getan hat und was sich da änderte, steht dann hier.</translation>
    </message>
    <message>
        <source>Compares the revision with the one before, object by object.</source>
        <translation>Vergleicht die Revision mit der davor, Objekt für Objekt.</translation>
    </message>
    <message>
        <source>Shows the object in the inspector.</source>
        <translation>Zeigt das Objekt im Inspektor.</translation>
    </message>
    <message>
        <source>Shows the whole SAN, and the object in it, as it was then.</source>
        <translation>Zeigt das ganze SAN und das Objekt darin, wie es damals war.</translation>
    </message>
    <message>
        <source>Opens the change set on the page of zones.</source>
        <translation>Öffnet den Änderungssatz auf der Seite Zoning.</translation>
    </message>
    <message>
        <source>Choose a line.</source>
        <translation>Eine Zeile wählen.</translation>
    </message>
    <message>
        <source>The feed begins when the console is opened: open the history.</source>
        <translation>Die Meldungen beginnen mit dem Öffnen der Konsole: die Historie öffnen.</translation>
    </message>
    <message>
        <source>It is about no object of the SAN, or about one that is gone.</source>
        <translation>Es betrifft kein Objekt des SAN oder eines, das weg ist.</translation>
    </message>
    <message>
        <source>The object is not in the SAN that is shown. Show it at that revision.</source>
        <translation>Das Objekt ist nicht im gezeigten SAN. Es bei dieser Revision zeigen.</translation>
    </message>
    <message>
        <source>It was before the first revision.</source>
        <translation>Es war vor der ersten Revision.</translation>
    </message>
    <message>
        <source>Nothing has changed since: it is the present.</source>
        <translation>Nichts hat sich seitdem geändert: es ist die Gegenwart.</translation>
    </message>
    <message>
        <source>It belongs to no change set that took effect.</source>
        <translation>Es gehört zu keinem wirksam gewordenen Änderungssatz.</translation>
    </message>
    <message>
        <source>The comparison is on its way.</source>
        <translation>Der Vergleich ist unterwegs.</translation>
    </message>
    <message>
        <source>There is no revision before it.</source>
        <translation>Davor gibt es keine Revision.</translation>
    </message>
    <message>
        <source>The revisions could not be compared</source>
        <translation>Die Revisionen konnten nicht verglichen werden</translation>
    </message>
</context>
<context>
    <name>console::AskStrip</name>
    <message>
        <source>until</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>The last day</source>
        <translation>Der letzte Tag</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>console::AuditModel</name>
    <message>
        <source>The server sent records that this console cannot read. It may be newer than the console.</source>
        <translation>Der Server hat Einträge gesendet, die diese Konsole nicht lesen kann. Er ist vielleicht neuer als die Konsole.</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>Records are on their way.</source>
        <translation>Einträge sind unterwegs.</translation>
    </message>
    <message>
        <source>The console holds no more records at once. Narrow them by event, actor or time.</source>
        <translation>Die Konsole hält nicht mehr Einträge zugleich. Nach Ereignis, Akteur oder Zeit eingrenzen.</translation>
    </message>
    <message>
        <source>What is older is left out by the time.</source>
        <translation>Älteres ist durch die Zeit ausgelassen.</translation>
    </message>
    <message>
        <source>This is the whole log.</source>
        <translation>Dies ist das ganze Protokoll.</translation>
    </message>
    <message>
        <source>%1, refused</source>
        <translation>%1, abgelehnt</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>console::ChangeEffect</name>
    <message>
        <source>What it does is being worked out.</source>
        <translation>Was er bewirkt, wird gerade ermittelt.</translation>
    </message>
</context>
<context>
    <name>console::ChangeList</name>
    <message>
        <source>The draft was not submitted</source>
        <translation>Der Entwurf wurde nicht eingereicht</translation>
    </message>
    <message>
        <source>Change set %1 is submitted</source>
        <translation>Änderungssatz %1 ist eingereicht</translation>
    </message>
    <message>
        <source>It takes effect when it is committed.</source>
        <translation>Er wird wirksam, wenn er übernommen wird.</translation>
    </message>
    <message>
        <source>Change set %1 was not approved</source>
        <translation>Änderungssatz %1 wurde nicht freigegeben</translation>
    </message>
    <message>
        <source>Change set %1 is approved</source>
        <translation>Änderungssatz %1 ist freigegeben</translation>
    </message>
    <message>
        <source>Change set %1 was not committed</source>
        <translation>Änderungssatz %1 wurde nicht übernommen</translation>
    </message>
    <message>
        <source>Change set %1 takes effect</source>
        <translation>Änderungssatz %1 wird wirksam</translation>
    </message>
    <message>
        <source>Change set %1 was not confirmed</source>
        <translation>Änderungssatz %1 wurde nicht bestätigt</translation>
    </message>
    <message>
        <source>Change set %1 stays</source>
        <translation>Änderungssatz %1 bleibt</translation>
    </message>
    <message>
        <source>Change set %1 was not rolled back</source>
        <translation>Änderungssatz %1 wurde nicht zurückgerollt</translation>
    </message>
    <message>
        <source>Change set %1 is taken back</source>
        <translation>Änderungssatz %1 ist zurückgenommen</translation>
    </message>
    <message>
        <source>Change set %1 was not discarded</source>
        <translation>Änderungssatz %1 wurde nicht verworfen</translation>
    </message>
    <message>
        <source>confirm within %1 s</source>
        <translation>binnen %1 s bestätigen</translation>
    </message>
    <message>
        <source>%1, stale</source>
        <translation>%1, veraltet</translation>
    </message>
    <message>
        <source>%1, approved by %2</source>
        <translation>%1, freigegeben von %2</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Somebody has gone on with it: it is %1.</source>
        <translation>Jemand hat damit weitergemacht: Zustand „%1“.</translation>
    </message>
    <message>
        <source>It is not known whether the draft was submitted</source>
        <translation>Es ist nicht bekannt, ob der Entwurf eingereicht wurde</translation>
    </message>
    <message>
        <source>Submit it again: what has arrived is not submitted twice.</source>
        <translation>Reichen Sie ihn noch einmal ein: Was angekommen ist, wird nicht zweimal eingereicht.</translation>
    </message>
    <message>
        <source>Submit it again. A draft of the same may stand in the list of change sets: discard that one.</source>
        <translation>Reichen Sie ihn noch einmal ein. In der Liste der Änderungssätze kann ein Entwurf desselben Inhalts stehen: Verwerfen Sie jenen.</translation>
    </message>
    <message>
        <source>It is not known whether change set %1 was approved</source>
        <translation>Es ist nicht bekannt, ob Änderungssatz %1 freigegeben wurde</translation>
    </message>
    <message>
        <source>It is not known whether change set %1 was committed</source>
        <translation>Es ist nicht bekannt, ob Änderungssatz %1 übernommen wurde</translation>
    </message>
    <message>
        <source>It is not known whether change set %1 was confirmed</source>
        <translation>Es ist nicht bekannt, ob Änderungssatz %1 bestätigt wurde</translation>
    </message>
    <message>
        <source>It is not known whether change set %1 was rolled back</source>
        <translation>Es ist nicht bekannt, ob Änderungssatz %1 zurückgerollt wurde</translation>
    </message>
    <message>
        <source>It is not known whether change set %1 was discarded</source>
        <translation>Es ist nicht bekannt, ob Änderungssatz %1 verworfen wurde</translation>
    </message>
</context>
<context>
    <name>console::CredentialForm</name>
    <message>
        <source>Initiator</source>
        <translation>Initiator</translation>
    </message>
    <message>
        <source>Initiator of the new credential</source>
        <translation>Initiator der neuen Anmeldedaten</translation>
    </message>
    <message>
        <source>Target; nothing: all that have no other</source>
        <translation>Target; nichts: alle, die keine anderen haben</translation>
    </message>
    <message>
        <source>Target of the new credential</source>
        <translation>Target der neuen Anmeldedaten</translation>
    </message>
    <message>
        <source>Mutual</source>
        <translation>Beidseitig</translation>
    </message>
    <message>
        <source>The target proves itself to the initiator too.</source>
        <translation>Das Target weist sich auch dem Initiator nach.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Why the credential is made</source>
        <translation>Warum die Anmeldedaten angelegt werden</translation>
    </message>
    <message>
        <source>Ticket</source>
        <translation>Ticket</translation>
    </message>
    <message>
        <source>Ticket of the credential</source>
        <translation>Ticket der Anmeldedaten</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>Name the initiator, and write why.</source>
        <translation>Den Initiator nennen und schreiben, warum.</translation>
    </message>
    <message>
        <source>No credential was made</source>
        <translation>Keine Anmeldedaten wurden angelegt</translation>
    </message>
    <message>
        <source>No initiator is called %1. Choose one of the list.</source>
        <translation>Kein Initiator heißt %1. Einen aus der Liste wählen.</translation>
    </message>
    <message>
        <source>No target is called %1. Choose one of the list, or leave it empty.</source>
        <translation>Kein Target heißt %1. Eines aus der Liste wählen oder leer lassen.</translation>
    </message>
    <message>
        <source>%1 To make it all the same, make it once more: what you wrote is kept as the reason.</source>
        <translation>%1 Um sie trotzdem anzulegen, noch einmal anlegen: was geschrieben steht, wird als Grund festgehalten.</translation>
    </message>
    <message>
        <source>The credential waits for approval</source>
        <translation>Die Anmeldedaten warten auf Freigabe</translation>
    </message>
    <message>
        <source>Change set %1 makes it when it is committed.</source>
        <translation>Änderungssatz %1 legt sie an, wenn er übernommen wird.</translation>
    </message>
    <message>
        <source>The credential is made</source>
        <translation>Die Anmeldedaten sind angelegt</translation>
    </message>
    <message>
        <source>It takes the place of another one: change set %1 is taken back unless somebody confirms it.</source>
        <translation>Sie ersetzen andere: Änderungssatz %1 wird zurückgenommen, wenn ihn niemand bestätigt.</translation>
    </message>
    <message>
        <source>The server gives the secret to the agents of both ends. At a foreign end a person types it.</source>
        <translation>Der Server gibt das Geheimnis den Agenten beider Enden. Am fremden Ende gibt eine Person es ein.</translation>
    </message>
    <message>
        <source>The credential is being made: wait for the answer.</source>
        <translation>Die Anmeldedaten werden gerade angelegt: Die Antwort abwarten.</translation>
    </message>
    <message>
        <source>It is not known whether the credential was made</source>
        <translation>Es ist nicht bekannt, ob die Anmeldedaten angelegt wurden</translation>
    </message>
</context>
<context>
    <name>console::CredentialTable</name>
    <message>
        <source>all others</source>
        <translation>alle anderen</translation>
    </message>
    <message>
        <source>mutual</source>
        <translation>beidseitig</translation>
    </message>
    <message>
        <source>one-way</source>
        <translation>einseitig</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Gesetzt</translation>
    </message>
    <message>
        <source>Last proof</source>
        <translation>Letzter Nachweis</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
</context>
<context>
    <name>console::CredentialsPage</name>
    <message>
        <source>None yet. When many secrets are changed at once, how far it has come is told here.</source>
        <translation>Noch keine. Werden viele Geheimnisse auf einmal gewechselt, steht hier, wie weit es ist.</translation>
    </message>
    <message>
        <source>Nothing matches.</source>
        <translation>Nichts passt dazu.</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>Anmeldedaten</translation>
    </message>
    <message>
        <source>Retire...</source>
        <translation>Ausmustern...</translation>
    </message>
    <message>
        <source>Which credentials</source>
        <translation>Welche Anmeldedaten</translation>
    </message>
    <message>
        <source>In need of somebody</source>
        <translation>Brauchen jemanden</translation>
    </message>
    <message>
        <source>Changing</source>
        <translation>Im Wechsel</translation>
    </message>
    <message>
        <source>Retired</source>
        <translation>Ausgemustert</translation>
    </message>
    <message>
        <source>Type a part of a name</source>
        <translation>Einen Teil eines Namens eingeben</translation>
    </message>
    <message>
        <source>Part of a name of an initiator or a target</source>
        <translation>Teil des Namens eines Initiators oder Targets</translation>
    </message>
    <message>
        <source>What is known of the credential</source>
        <translation>Was über die Anmeldedaten bekannt ist</translation>
    </message>
    <message>
        <source>Copy what reveals it on a terminal</source>
        <translation>Kopieren, was es auf einem Terminal offenlegt</translation>
    </message>
    <message>
        <source>Changes of many secrets</source>
        <translation>Wechsel vieler Geheimnisse</translation>
    </message>
    <message>
        <source>Change all that are too old...</source>
        <translation>Alle zu alten wechseln...</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Batches of changes of secrets</source>
        <translation>Stapel von Geheimniswechseln</translation>
    </message>
    <message numerus="yes">
        <source>%n credentials</source>
        <translation>
            <numerusform>%n Satz Anmeldedaten</numerusform>
            <numerusform>%n Sätze Anmeldedaten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in need of somebody</source>
        <translation>
            <numerusform>%n braucht jemanden</numerusform>
            <numerusform>%n brauchen jemanden</numerusform>
        </translation>
    </message>
    <message>
        <source>The server makes the secret and gives it to the agents of both ends.</source>
        <translation>Der Server erzeugt das Geheimnis und gibt es den Agenten beider Enden.</translation>
    </message>
    <message>
        <source>Both ends take the next secret too, then a login proves it, then the old one ends. Sessions stay.</source>
        <translation>Beide Enden nehmen auch das nächste Geheimnis an, dann weist eine Anmeldung es nach, dann endet das alte. Sitzungen bleiben.</translation>
    </message>
    <message>
        <source>The old secret stays in use.</source>
        <translation>Das alte Geheimnis bleibt in Gebrauch.</translation>
    </message>
    <message>
        <source>Nobody gets in with it any more. Sessions stay until they end.</source>
        <translation>Niemand kommt mehr damit hinein. Sitzungen bleiben, bis sie enden.</translation>
    </message>
    <message>
        <source>Some at a time; at the first failure nothing new begins.</source>
        <translation>Einige zugleich; beim ersten Fehlschlag beginnt nichts Neues.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Begins what is still waiting.</source>
        <translation>Beginnt, was noch wartet.</translation>
    </message>
    <message>
        <source>What is under way goes on; nothing new begins.</source>
        <translation>Laufendes geht weiter; nichts Neues beginnt.</translation>
    </message>
    <message>
        <source>What is waiting keeps its secret.</source>
        <translation>Was wartet, behält sein Geheimnis.</translation>
    </message>
    <message>
        <source>No credential is chosen</source>
        <translation>Keine Anmeldedaten sind gewählt</translation>
    </message>
    <message numerus="yes">
        <source>%n credentials are chosen</source>
        <translation>
            <numerusform>%n Satz Anmeldedaten ist gewählt</numerusform>
            <numerusform>%n Sätze Anmeldedaten sind gewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no credentials yet. Where a domain or a target demands CHAP, make one for each pair: the server makes the secret, and no person has to see it.</source>
        <translation>Es gibt noch keine Anmeldedaten. Wo eine Domain oder ein Target CHAP verlangt, für jedes Paar welche anlegen: der Server erzeugt das Geheimnis, und keine Person muss es sehen.</translation>
    </message>
    <message>
        <source>Choose one at the left: who has the secret, how a change of it stands and what is wrong is told here.</source>
        <translation>Links welche wählen: wer das Geheimnis hat, wie ein Wechsel steht und was nicht stimmt, steht dann hier.</translation>
    </message>
    <message>
        <source>What is pressed above is done to each of them.</source>
        <translation>Was oben gedrückt wird, geschieht mit jedem davon.</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>all other targets</source>
        <translation>alle anderen Targets</translation>
    </message>
    <message>
        <source>Choose a credential.</source>
        <translation>Anmeldedaten wählen.</translation>
    </message>
    <message>
        <source>Only a credential that is in use and not changing can get another secret.</source>
        <translation>Nur Anmeldedaten, die in Gebrauch und nicht im Wechsel sind, können ein anderes Geheimnis bekommen.</translation>
    </message>
    <message>
        <source>Choose a credential whose secret is being changed.</source>
        <translation>Anmeldedaten wählen, deren Geheimnis gerade gewechselt wird.</translation>
    </message>
    <message>
        <source>It is retired already.</source>
        <translation>Sie sind schon ausgemustert.</translation>
    </message>
    <message>
        <source>The settings allow any age.</source>
        <translation>Die Einstellungen erlauben jedes Alter.</translation>
    </message>
    <message>
        <source>Choose a batch.</source>
        <translation>Einen Stapel wählen.</translation>
    </message>
    <message>
        <source>It has finished.</source>
        <translation>Er ist fertig.</translation>
    </message>
    <message>
        <source>The credential of %1 stays as it is</source>
        <translation>Die Anmeldedaten von %1 bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Wechseln</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Retire</source>
        <translation>Ausmustern</translation>
    </message>
    <message numerus="yes">
        <source>Why do all secrets change that are older than %n days?</source>
        <translation>
            <numerusform>Warum werden alle Geheimnisse gewechselt, die älter als %n Tag sind?</numerusform>
            <numerusform>Warum werden alle Geheimnisse gewechselt, die älter als %n Tage sind?</numerusform>
        </translation>
    </message>
    <message>
        <source>New...</source>
        <translation>Neu...</translation>
    </message>
    <message>
        <source>Change...</source>
        <translation>Ändern...</translation>
    </message>
    <message>
        <source>Take back...</source>
        <translation>Zurücknehmen...</translation>
    </message>
    <message>
        <source>All but retired</source>
        <translation>Alle außer beendeten</translation>
    </message>
    <message>
        <source>What is demanded</source>
        <translation>Was verlangt wird</translation>
    </message>
    <message>
        <source>What its domains and its target demand of a login, as edits of the draft.</source>
        <translation>Was die Domains und das Target von einer Anmeldung verlangen, als Änderungen im Entwurf.</translation>
    </message>
    <message>
        <source>Why do the secrets of %1 change?</source>
        <translation>Warum werden die Geheimnisse von %1 geändert?</translation>
    </message>
    <message>
        <source>Why is the change for %1 taken back?</source>
        <translation>Warum wird die Änderung für %1 zurückgenommen?</translation>
    </message>
    <message>
        <source>Why do the credentials of %1 end? Nobody gets in with them then.</source>
        <translation>Warum enden die Anmeldedaten von %1? Danach kommt niemand mehr mit ihnen hinein.</translation>
    </message>
    <message>
        <source>Why does batch %1 end? What waits keeps its secret.</source>
        <translation>Warum endet Stapel %1? Was wartet, behält sein Geheimnis.</translation>
    </message>
    <message>
        <source>End it</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>It is not known whether the credential of %1 changes</source>
        <translation>Es ist nicht bekannt, ob sich die Anmeldedaten von %1 ändern</translation>
    </message>
</context>
<context>
    <name>console::DemoSource</name>
    <message>
        <source>Demo SAN</source>
        <translation>Demo-SAN</translation>
    </message>
    <message>
        <source>Only a server signs and makes this: the demo runs in this program alone.</source>
        <translation>Nur ein Server signiert und erstellt dies: die Demo läuft allein in diesem Programm.</translation>
    </message>
</context>
<context>
    <name>console::Draft</name>
    <message>
        <source>There is no SAN to change yet.</source>
        <translation>Es gibt noch kein SAN, das sich ändern ließe.</translation>
    </message>
    <message>
        <source>Bring the draft onto the present SAN</source>
        <translation>Entwurf auf das gegenwärtige SAN bringen</translation>
    </message>
    <message>
        <source>The draft is being submitted: wait for the answer.</source>
        <translation>Der Entwurf wird gerade eingereicht: Die Antwort abwarten.</translation>
    </message>
    <message>
        <source>%1 was made after the draft was begun. Bring the draft onto the present SAN first.</source>
        <translation>%1 wurde angelegt, nachdem der Entwurf begonnen war. Bringen Sie den Entwurf erst auf das gegenwärtige SAN.</translation>
    </message>
</context>
<context>
    <name>console::DraftJournal</name>
    <message>
        <source>Another draft was begun before it could be restored.</source>
        <translation>Ein anderer Entwurf wurde begonnen, bevor er wiederhergestellt werden konnte.</translation>
    </message>
    <message>
        <source>Draft of %1, restored</source>
        <translation>Entwurf vom %1, wiederhergestellt</translation>
    </message>
    <message numerus="yes">
        <source>It has %n edits and was not submitted.</source>
        <translation>
            <numerusform>Er hat %n Änderung und wurde nicht eingereicht.</numerusform>
            <numerusform>Er hat %n Änderungen und wurde nicht eingereicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Revision %1, on which it was made, is not known any more: it stands on the present SAN. Look at what it does before you submit it.</source>
        <translation>Revision %1, auf der er entstand, ist nicht mehr bekannt: Er steht nun auf dem gegenwärtigen SAN. Sehen Sie sich seine Wirkung an, bevor Sie ihn einreichen.</translation>
    </message>
    <message>
        <source>Your draft of %1 is restored</source>
        <translation>Ihr Entwurf vom %1 ist wiederhergestellt</translation>
    </message>
    <message>
        <source>Your draft of %1 is not restored yet</source>
        <translation>Ihr Entwurf vom %1 ist noch nicht wiederhergestellt</translation>
    </message>
    <message>
        <source>Revision %1, on which it was made, could not be asked for. This is tried again; the draft stays on disk.</source>
        <translation>Revision %1, auf der er entstand, konnte nicht abgefragt werden. Das wird erneut versucht; der Entwurf bleibt auf der Platte.</translation>
    </message>
    <message>
        <source>Discard the draft</source>
        <translation>Entwurf verwerfen</translation>
    </message>
    <message>
        <source>The draft is not kept on disk</source>
        <translation>Der Entwurf wird nicht auf der Platte gehalten</translation>
    </message>
    <message>
        <source>%1 holds an earlier draft that cannot be restored: %2 Move the file away, then open the source again.</source>
        <translation>%1 enthält einen früheren Entwurf, der sich nicht wiederherstellen lässt: %2 Verschieben Sie die Datei und öffnen Sie die Quelle erneut.</translation>
    </message>
    <message>
        <source>An earlier draft was not restored</source>
        <translation>Ein früherer Entwurf wurde nicht wiederhergestellt</translation>
    </message>
    <message>
        <source>%1 It is kept as %2.</source>
        <translation>%1 Er liegt als %2 vor.</translation>
    </message>
    <message>
        <source>Another console is open on this server and keeps its draft there. Submit this one before you close the window.</source>
        <translation>Eine andere Konsole ist an diesem Server offen und hält dort ihren Entwurf. Reichen Sie diesen ein, bevor Sie das Fenster schließen.</translation>
    </message>
    <message>
        <source>%1: %2. The draft itself is as it was; if this program ends, it is lost or an earlier step.</source>
        <translation>%1: %2. Der Entwurf selbst ist, wie er war; endet dieses Programm, ist er verloren oder ein früherer Schritt.</translation>
    </message>
    <message numerus="yes">
        <source>Your draft of %n edits on %1 is lost</source>
        <translation>
            <numerusform>Ihr Entwurf mit %n Änderung an %1 ist verloren</numerusform>
            <numerusform>Ihr Entwurf mit %n Änderungen an %1 ist verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1: %2.</translation>
    </message>
    <message numerus="yes">
        <source>Your draft of %n edits on %1 is put aside</source>
        <translation>
            <numerusform>Ihr Entwurf mit %n Änderung an %1 ist beiseitegelegt</numerusform>
            <numerusform>Ihr Entwurf mit %n Änderungen an %1 ist beiseitegelegt</numerusform>
        </translation>
    </message>
    <message>
        <source>It is kept as %1. To bring it back, close every console on this server, rename it to %2, and open the server again. What has that name already is another draft.</source>
        <translation>Er liegt als %1 vor. Um ihn zurückzuholen, schließen Sie jede Konsole an diesem Server, benennen ihn in %2 um und öffnen den Server wieder. Was schon so heißt, ist ein anderer Entwurf.</translation>
    </message>
    <message>
        <source>The draft is not discarded</source>
        <translation>Der Entwurf ist nicht verworfen</translation>
    </message>
    <message numerus="yes">
        <source>It has %n edits. It is not known whether the draft before it was submitted: look at change set %1.</source>
        <translation>
            <numerusform>Er hat %n Änderung. Ob der Entwurf davor eingereicht wurde, ist nicht bekannt: Sehen Sie Änderungssatz %1 an.</numerusform>
            <numerusform>Er hat %n Änderungen. Ob der Entwurf davor eingereicht wurde, ist nicht bekannt: Sehen Sie Änderungssatz %1 an.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It has %n edits. It is not known whether it was submitted, as change set %1. Submit it again: what has arrived is not submitted twice.</source>
        <translation>
            <numerusform>Er hat %n Änderung. Ob er als Änderungssatz %1 eingereicht wurde, ist nicht bekannt. Reichen Sie ihn noch einmal ein: Was angekommen ist, wird nicht zweimal eingereicht.</numerusform>
            <numerusform>Er hat %n Änderungen. Ob er als Änderungssatz %1 eingereicht wurde, ist nicht bekannt. Reichen Sie ihn noch einmal ein: Was angekommen ist, wird nicht zweimal eingereicht.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::DraftPane</name>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Needs a reason</source>
        <translation>Braucht eine Begründung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>worse</source>
        <translation>schlimmer</translation>
    </message>
    <message>
        <source>cleared</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>What the draft changes and does</source>
        <translation>Was der Entwurf ändert und bewirkt</translation>
    </message>
    <message>
        <source>Bring it onto the present SAN</source>
        <translation>Auf das gegenwärtige SAN bringen</translation>
    </message>
    <message>
        <source>Why this is to change</source>
        <translation>Warum dies geändert werden soll</translation>
    </message>
    <message>
        <source>Reason of the change set</source>
        <translation>Begründung des Änderungssatzes</translation>
    </message>
    <message>
        <source>Ticket</source>
        <translation>Ticket</translation>
    </message>
    <message>
        <source>Ticket of the change set</source>
        <translation>Ticket des Änderungssatzes</translation>
    </message>
    <message>
        <source>Submit</source>
        <translation>Einreichen</translation>
    </message>
    <message>
        <source>No draft</source>
        <translation>Kein Entwurf</translation>
    </message>
    <message numerus="yes">
        <source>Draft: %n edits</source>
        <translation>
            <numerusform>Entwurf: %n Änderung</numerusform>
            <numerusform>Entwurf: %n Änderungen</numerusform>
        </translation>
    </message>
    <message>
        <source>The draft is empty.</source>
        <translation>Der Entwurf ist leer.</translation>
    </message>
    <message>
        <source>Others have changed what it touches.</source>
        <translation>Andere haben geändert, was er berührt.</translation>
    </message>
    <message>
        <source>Something stands against it: see above.</source>
        <translation>Etwas steht dagegen: siehe oben.</translation>
    </message>
    <message>
        <source>Write why this is to change.</source>
        <translation>Schreiben Sie, warum dies geändert werden soll.</translation>
    </message>
    <message>
        <source>Puts it forward; it takes effect when it is committed.</source>
        <translation>Reicht ihn ein; er wird wirksam, wenn er übernommen wird.</translation>
    </message>
    <message>
        <source>nothing is changed</source>
        <translation>nichts ist geändert</translation>
    </message>
    <message>
        <source>Drag initiators, hosts or targets onto a zone, or select some and press New zone. What it would do shows here before anything happens: which hosts gain or lose which logical units, whose sessions it touches, and what the rules say.</source>
        <translation>Initiatoren, Hosts oder Targets auf eine Zone ziehen, oder einige auswählen und Neue Zone drücken. Was es bewirken würde, steht hier, bevor etwas geschieht: welche Hosts welche logischen Einheiten gewinnen oder verlieren, wessen Sitzungen es berührt und was die Regeln sagen.</translation>
    </message>
    <message>
        <source>stale</source>
        <translation>veraltet</translation>
    </message>
    <message numerus="yes">
        <source>Others have changed %n objects that it touches.</source>
        <translation>
            <numerusform>Andere haben %n Objekt geändert, das er berührt.</numerusform>
            <numerusform>Andere haben %n Objekte geändert, die er berührt.</numerusform>
        </translation>
    </message>
    <message>
        <source>working out what it does</source>
        <translation>Wirkung wird ermittelt</translation>
    </message>
    <message>
        <source>would be refused</source>
        <translation>würde abgelehnt</translation>
    </message>
    <message>
        <source>can be submitted</source>
        <translation>kann eingereicht werden</translation>
    </message>
    <message>
        <source>What stands against it</source>
        <translation>Was dagegen steht</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was er bewirkt</translation>
    </message>
    <message>
        <source>No host gains or loses anything.</source>
        <translation>Kein Host gewinnt oder verliert etwas.</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>What it changes</source>
        <translation>Was er ändert</translation>
    </message>
    <message>
        <source>being submitted</source>
        <translation>wird eingereicht</translation>
    </message>
</context>
<context>
    <name>console::FeedList</name>
    <message>
        <source>%1 has logged in to %2</source>
        <translation>%1 hat sich an %2 angemeldet</translation>
    </message>
    <message>
        <source>The session of %1 at %2 has ended</source>
        <translation>Die Sitzung von %1 an %2 ist beendet</translation>
    </message>
    <message>
        <source>The session of %1 at %2 has changed</source>
        <translation>Die Sitzung von %1 an %2 hat sich geändert</translation>
    </message>
    <message>
        <source>What is applied at %1 has changed</source>
        <translation>Was an %1 angewendet ist, hat sich geändert</translation>
    </message>
    <message>
        <source>Change set %1 takes effect: %2</source>
        <translation>Änderungssatz %1 wird wirksam: %2</translation>
    </message>
    <message>
        <source>%1 has registered</source>
        <translation>%1 hat sich registriert</translation>
    </message>
    <message>
        <source>%1 has registered again</source>
        <translation>%1 hat sich erneut registriert</translation>
    </message>
    <message>
        <source>%1 has left</source>
        <translation>%1 hat sich abgemeldet</translation>
    </message>
    <message>
        <source>%1 registered</source>
        <translation>%1 registriert</translation>
    </message>
    <message>
        <source>%1 began</source>
        <translation>%1 begonnen</translation>
    </message>
    <message>
        <source>%1 were made</source>
        <translation>%1 angelegt</translation>
    </message>
    <message>
        <source>%1 registered again</source>
        <translation>%1 erneut registriert</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 abgemeldet</translation>
    </message>
    <message>
        <source>%1 ended</source>
        <translation>%1 beendet</translation>
    </message>
    <message>
        <source>%1 were taken away</source>
        <translation>%1 weggenommen</translation>
    </message>
    <message>
        <source>%1 changed</source>
        <translation>%1 geändert</translation>
    </message>
    <message>
        <source>agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>name server</source>
        <translation>Nameserver</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>several</source>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>%1 new findings of %2</source>
        <translation>%1 neue Befunde zu %2</translation>
    </message>
    <message>
        <source>%1 findings of %2 are cleared</source>
        <translation>%1 Befunde zu %2 sind erledigt</translation>
    </message>
    <message>
        <source>New: %1 %2</source>
        <translation>Neu: %1 %2</translation>
    </message>
    <message>
        <source>Cleared: %1 %2</source>
        <translation>Erledigt: %1 %2</translation>
    </message>
    <message>
        <source>revision %1</source>
        <translation>Revision %1</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Revision</translation>
    </message>
</context>
<context>
    <name>console::FileSource</name>
    <message>
        <source>This is a file: it can be looked at and not changed.</source>
        <translation>Dies ist eine Datei: sie lässt sich ansehen und nicht ändern.</translation>
    </message>
    <message>
        <source>Only a server signs and makes this: a file is open.</source>
        <translation>Nur ein Server signiert und erstellt dies: eine Datei ist geöffnet.</translation>
    </message>
</context>
<context>
    <name>console::FilterLine</name>
    <message>
        <source>Filter all pages, such as site:Zurich label:PCI or kind:host web*</source>
        <translation>Alle Seiten filtern, etwa site:Zurich label:PCI oder kind:host web*</translation>
    </message>
    <message>
        <source>Filter of all pages</source>
        <translation>Filter aller Seiten</translation>
    </message>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n Objekt</numerusform>
            <numerusform>%n Objekte</numerusform>
        </translation>
    </message>
    <message>
        <source>not a filter</source>
        <translation>kein Filter</translation>
    </message>
</context>
<context>
    <name>console::FindingTree</name>
    <message>
        <source>since revision %1</source>
        <translation>seit Revision %1</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>waived</source>
        <translation>Ausnahme</translation>
    </message>
    <message>
        <source>open, %1 waived</source>
        <translation>offen, %1 mit Ausnahme</translation>
    </message>
    <message>
        <source>open, waiver expired</source>
        <translation>offen, Ausnahme abgelaufen</translation>
    </message>
    <message numerus="yes">
        <source>%n causes</source>
        <translation>
            <numerusform>%n Ursache</numerusform>
            <numerusform>%n Ursachen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waived</source>
        <translation>
            <numerusform>%n mit Ausnahme</numerusform>
            <numerusform>%n mit Ausnahme</numerusform>
        </translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Schwere</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
</context>
<context>
    <name>console::FindingsPage</name>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Findings by rule and cause</source>
        <translation>Befunde nach Regel und Ursache</translation>
    </message>
    <message>
        <source>Severity at least</source>
        <translation>Mindestschwere</translation>
    </message>
    <message>
        <source>Any severity</source>
        <translation>Jede Schwere</translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation>Nur %1</translation>
    </message>
    <message>
        <source>At least %1</source>
        <translation>Mindestens %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Waived</source>
        <translation>Mit Ausnahme</translation>
    </message>
    <message>
        <source>Open and waived</source>
        <translation>Offen und mit Ausnahme</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Every rule</source>
        <translation>Jede Regel</translation>
    </message>
    <message>
        <source>Type a part of a finding</source>
        <translation>Einen Teil eines Befunds eingeben</translation>
    </message>
    <message>
        <source>Part of a finding</source>
        <translation>Teil eines Befunds</translation>
    </message>
    <message>
        <source>What the finding says</source>
        <translation>Was der Befund sagt</translation>
    </message>
    <message>
        <source>Mend as draft</source>
        <translation>Als Entwurf beheben</translation>
    </message>
    <message>
        <source>Waive...</source>
        <translation>Ausnahme zulassen...</translation>
    </message>
    <message>
        <source>Copy as sanctl command</source>
        <translation>Als sanctl-Befehl kopieren</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Mend it</source>
        <translation>Beheben</translation>
    </message>
    <message>
        <source>Waive it</source>
        <translation>Ausnahme zulassen</translation>
    </message>
    <message numerus="yes">
        <source>%n rules</source>
        <translation>
            <numerusform>%n Regel</numerusform>
            <numerusform>%n Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>The rules are being evaluated</source>
        <translation>Die Regeln werden ausgewertet</translation>
    </message>
    <message>
        <source>%1 open, %2 waived</source>
        <translation>%1 offen, %2 mit Ausnahme</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>%1 gezeigt</translation>
    </message>
    <message>
        <source>of revision %1, the newer one is being judged</source>
        <translation>von Revision %1, die neuere wird gerade beurteilt</translation>
    </message>
    <message>
        <source>The rules are being evaluated. Findings show here in a moment.</source>
        <translation>Die Regeln werden ausgewertet. Befunde erscheinen hier gleich.</translation>
    </message>
    <message>
        <source>The rules have found nothing. They see only what is registered, declared and reported.</source>
        <translation>Die Regeln haben nichts gefunden. Sie sehen nur, was registriert, deklariert und berichtet ist.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing that is so: %n findings are hidden by the severity, the state, the rule, the words or the filter of all pages.</source>
        <translation>
            <numerusform>Nichts dergleichen: %n Befund ist durch Schwere, Zustand, Regel, Worte oder den Filter aller Seiten verborgen.</numerusform>
            <numerusform>Nichts dergleichen: %n Befunde sind durch Schwere, Zustand, Regel, Worte oder den Filter aller Seiten verborgen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No finding is chosen</source>
        <translation>Kein Befund ist gewählt</translation>
    </message>
    <message>
        <source>Choose a finding at the left: what it means, what shows it, and what would end it is told here.</source>
        <translation>Links einen Befund wählen: was er bedeutet, was ihn belegt und was ihn beenden würde, steht dann hier.</translation>
    </message>
    <message>
        <source>Puts the edits that would end it into the draft, to look at what they do.</source>
        <translation>Legt die Änderungen, die ihn beenden würden, in den Entwurf, um ihre Wirkung anzusehen.</translation>
    </message>
    <message>
        <source>Accepts it until a day, for a reason.</source>
        <translation>Akzeptiert ihn bis zu einem Tag, mit Begründung.</translation>
    </message>
    <message>
        <source>Choose a finding.</source>
        <translation>Einen Befund wählen.</translation>
    </message>
    <message>
        <source>No change set can end it by itself. What to do is told above.</source>
        <translation>Kein Änderungssatz allein kann ihn beenden. Was zu tun ist, steht oben.</translation>
    </message>
    <message>
        <source>It is waived already.</source>
        <translation>Eine Ausnahme ist schon zugelassen.</translation>
    </message>
    <message>
        <source>Mend %1: %2</source>
        <translation>%1 beheben: %2</translation>
    </message>
    <message>
        <source>The mend is in the draft</source>
        <translation>Die Behebung ist im Entwurf</translation>
    </message>
    <message>
        <source>Nothing has changed yet: look at what it does, then submit it.</source>
        <translation>Noch ist nichts geändert: die Wirkung ansehen, dann einreichen.</translation>
    </message>
    <message>
        <source>Show the draft</source>
        <translation>Entwurf zeigen</translation>
    </message>
    <message>
        <source>Why is %1 accepted?</source>
        <translation>Warum wird %1 akzeptiert?</translation>
    </message>
    <message>
        <source>Waive</source>
        <translation>Ausnahme zulassen</translation>
    </message>
    <message>
        <source>Waive %1 until %2</source>
        <translation>Ausnahme für %1 bis %2</translation>
    </message>
    <message>
        <source>The waiver is in the draft</source>
        <translation>Die Ausnahme ist im Entwurf</translation>
    </message>
    <message>
        <source>The finding counts until the draft is committed.</source>
        <translation>Der Befund zählt, bis der Entwurf übernommen ist.</translation>
    </message>
</context>
<context>
    <name>console::FirstRunPage</name>
    <message>
        <source>Which SAN would you like to see?</source>
        <translation>Welches SAN möchten Sie sehen?</translation>
    </message>
    <message>
        <source>Try the demo SAN</source>
        <translation>Demo-SAN ausprobieren</translation>
    </message>
    <message>
        <source>60 hosts, 12 targets and 400 logical units inside of this program, with some things that went wrong. Needs no network and no server; nothing that you do there reaches anything else.</source>
        <translation>60 Hosts, 12 Targets und 400 logische Einheiten innerhalb dieses Programms, in denen einiges schiefgegangen ist. Braucht kein Netz und keinen Server; nichts, was Sie dort tun, erreicht etwas anderes.</translation>
    </message>
    <message>
        <source>Open the demo SAN</source>
        <translation>Demo-SAN öffnen</translation>
    </message>
    <message>
        <source>Connect to a server</source>
        <translation>Mit einem Server verbinden</translation>
    </message>
    <message>
        <source>The address of the management API of an isns-server.</source>
        <translation>Die Adresse der Verwaltungs-API eines isns-server.</translation>
    </message>
    <message>
        <source>Open a saved snapshot</source>
        <translation>Gespeichertes Abbild öffnen</translation>
    </message>
    <message>
        <source>A file that somebody saved from a console, or the answer of GET /api/v1/snapshot. It can be looked at and searched, and not changed.</source>
        <translation>Eine Datei, die jemand aus einer Konsole gespeichert hat, oder die Antwort auf GET /api/v1/snapshot. Sie lässt sich ansehen und durchsuchen, nicht ändern.</translation>
    </message>
    <message>
        <source>Open a file...</source>
        <translation>Datei öffnen...</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>Adresse des Servers</translation>
    </message>
    <message>
        <source>The fingerprint of the server&apos;s authority</source>
        <translation>Der Fingerabdruck der Zertifizierungsstelle des Servers</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Keep the login in the system&apos;s key ring</source>
        <translation>Anmeldung im Schlüsselbund des Systems behalten</translation>
    </message>
    <message>
        <source>Look at its certificate</source>
        <translation>Zertifikat ansehen</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Looking at %1...</source>
        <translation>%1 wird angesehen...</translation>
    </message>
    <message>
        <source>Its authority is &lt;b&gt;%1&lt;/b&gt;, good until %2. Compare this fingerprint with what the server&apos;s administrator has (&lt;tt&gt;sanctl status&lt;/tt&gt; on the server shows it):&lt;br&gt;&lt;tt&gt;%3&lt;/tt&gt;</source>
        <translation>Die Zertifizierungsstelle ist &lt;b&gt;%1&lt;/b&gt;, gültig bis %2. Diesen Fingerabdruck mit dem vergleichen, den der Administrator des Servers hat (&lt;tt&gt;sanctl status&lt;/tt&gt; auf dem Server zeigt ihn):&lt;br&gt;&lt;tt&gt;%3&lt;/tt&gt;</translation>
    </message>
    <message>
        <source>It is the same: go on</source>
        <translation>Er stimmt überein: fortfahren</translation>
    </message>
    <message>
        <source>This is not the authority that was accepted for this server before. Go on only if somebody has changed it on purpose.</source>
        <translation>Dies ist nicht die Zertifizierungsstelle, die für diesen Server bisher akzeptiert war. Nur fortfahren, wenn jemand sie bewusst gewechselt hat.</translation>
    </message>
    <message>
        <source>Write the user and the password.</source>
        <translation>Benutzer und Passwort eingeben.</translation>
    </message>
    <message>
        <source>Logging in...</source>
        <translation>Anmeldung läuft...</translation>
    </message>
</context>
<context>
    <name>console::GuidedTasks</name>
    <message>
        <source>Hide the tasks</source>
        <translation>Aufgaben verbergen</translation>
    </message>
    <message>
        <source>Hide the tasks. The menu Help shows them again.</source>
        <translation>Aufgaben verbergen. Das Menü Hilfe zeigt sie wieder.</translation>
    </message>
    <message>
        <source>Take me there</source>
        <translation>Dorthin gehen</translation>
    </message>
    <message>
        <source>%1 of %2 done: nothing is left to mend. Go on as you like.</source>
        <translation>%1 von %2 erledigt: Nichts ist mehr zu beheben. Machen Sie weiter, wie Sie mögen.</translation>
    </message>
    <message>
        <source>%1 of %2 done</source>
        <translation>%1 von %2 erledigt</translation>
    </message>
    <message>
        <source>%1. Done.</source>
        <translation>%1. Erledigt.</translation>
    </message>
</context>
<context>
    <name>console::HelpWindow</name>
    <message>
        <source>Actions and keys</source>
        <translation>Aktionen und Tasten</translation>
    </message>
    <message>
        <source>Type what you would like to do</source>
        <translation>Eingeben, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Part of an action</source>
        <translation>Teil einer Aktion</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was sie tut</translation>
    </message>
    <message>
        <source>With sanctl</source>
        <translation>Mit sanctl</translation>
    </message>
    <message>
        <source>Actions, keys and commands</source>
        <translation>Aktionen, Tasten und Befehle</translation>
    </message>
    <message>
        <source> Not now: %1</source>
        <translation> Jetzt nicht: %1</translation>
    </message>
</context>
<context>
    <name>console::HistoryView</name>
    <message>
        <source>History</source>
        <translation>Historie</translation>
    </message>
    <message>
        <source>What the present state remembers: the first and the last change, and who is in it since when.</source>
        <translation>Woran sich der gegenwärtige Zustand erinnert: die erste und die letzte Änderung, und wer seit wann darin ist.</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>change set</source>
        <translation>Änderungssatz</translation>
    </message>
    <message>
        <source>Nothing is known.</source>
        <translation>Nichts ist bekannt.</translation>
    </message>
</context>
<context>
    <name>console::ImportModel</name>
    <message>
        <source>The file cannot be read: %1.</source>
        <translation>Die Datei lässt sich nicht lesen: %1.</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB. Import it in parts.</source>
        <translation>Die Datei ist größer als %1 MiB. Importieren Sie sie in Teilen.</translation>
    </message>
    <message>
        <source>Not taken over</source>
        <translation>Nicht übernommen</translation>
    </message>
    <message>
        <source>%1, %2 wrong</source>
        <translation>%1, %2 falsch</translation>
    </message>
    <message>
        <source>The file is being read.</source>
        <translation>Die Datei wird gelesen.</translation>
    </message>
    <message>
        <source>No file has been chosen.</source>
        <translation>Keine Datei ist gewählt.</translation>
    </message>
    <message>
        <source>Say what the column %1 is, or leave it out.</source>
        <translation>Sagen Sie, was die Spalte %1 ist, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>The rows are being checked.</source>
        <translation>Die Zeilen werden geprüft.</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are wrong: mend them, or leave them out by their tick.</source>
        <translation>
            <numerusform>%n Zeile ist falsch: Beheben Sie sie oder lassen Sie sie durch ihr Häkchen weg.</numerusform>
            <numerusform>%n Zeilen sind falsch: Beheben Sie sie oder lassen Sie sie durch ihr Häkchen weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything that is ticked is so already: there is nothing to change.</source>
        <translation>Alles Angehakte ist schon so: Es gibt nichts zu ändern.</translation>
    </message>
    <message>
        <source>No row is ticked.</source>
        <translation>Keine Zeile ist angehakt.</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Weggelassen</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message numerus="yes">
        <source>Changes %n field(s)</source>
        <translation>
            <numerusform>Ändert %n Feld</numerusform>
            <numerusform>Ändert %n Felder</numerusform>
        </translation>
    </message>
    <message>
        <source>So already</source>
        <translation>Schon so</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is taken</source>
        <translation>wird genommen</translation>
    </message>
    <message>
        <source>is left out</source>
        <translation>wird weggelassen</translation>
    </message>
    <message>
        <source>%1, wrong: %2</source>
        <translation>%1, falsch: %2</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Nehmen</translation>
    </message>
    <message>
        <source>Why it is not taken over</source>
        <translation>Warum es nicht übernommen wird</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was es bewirkt</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>console::ImportWindow</name>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Choose a file...</source>
        <translation>Datei wählen...</translation>
    </message>
    <message>
        <source>Its rows are</source>
        <translation>Die Zeilen sind</translation>
    </message>
    <message>
        <source>Kind of the objects in the file</source>
        <translation>Art der Objekte in der Datei</translation>
    </message>
    <message>
        <source>The console does not know these columns of the file. Say which field each of them is, or leave it out.</source>
        <translation>Die Konsole kennt diese Spalten der Datei nicht. Sagen Sie für jede, welches Feld sie ist, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>Kinds of objects in the file</source>
        <translation>Arten der Objekte in der Datei</translation>
    </message>
    <message>
        <source>Only rows with errors</source>
        <translation>Nur Zeilen mit Fehlern</translation>
    </message>
    <message>
        <source>Leave out what is wrong</source>
        <translation>Falsches weglassen</translation>
    </message>
    <message>
        <source>Rows of the file</source>
        <translation>Zeilen der Datei</translation>
    </message>
    <message>
        <source>No file has been chosen.</source>
        <translation>Keine Datei ist gewählt.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>What can be imported</source>
        <translation>Was importiert werden kann</translation>
    </message>
    <message>
        <source>%1 cannot be imported</source>
        <translation>%1 lässt sich nicht importieren</translation>
    </message>
    <message>
        <source>A table in CSV with the names of its columns in the first row, a document in JSON, the saveconfig.json of a Linux target (LIO), or what isnsadm of open-isns lists. Nothing is changed before you have seen every row, and then all of it goes into the draft as one step that can be undone.</source>
        <translation>Eine CSV-Tabelle mit den Spaltennamen in der ersten Zeile, ein JSON-Dokument, die saveconfig.json eines Linux-Targets (LIO) oder was isnsadm von open-isns auflistet. Nichts ändert sich, bevor Sie jede Zeile gesehen haben; dann kommt alles als ein Schritt in den Entwurf, der sich zurücknehmen lässt.</translation>
    </message>
    <message>
        <source>(no header)</source>
        <translation>(ohne Kopf)</translation>
    </message>
    <message>
        <source>Field that the column %1 is</source>
        <translation>Feld, das die Spalte %1 ist</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>Wählen...</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n falsch</numerusform>
            <numerusform>%n falsch</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n Änderung</numerusform>
            <numerusform>%n Änderungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n so already</source>
        <translation>
            <numerusform>%n schon so</numerusform>
            <numerusform>%n schon so</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <translation>
            <numerusform>%n weggelassen</numerusform>
            <numerusform>%n weggelassen</numerusform>
        </translation>
    </message>
    <message>
        <source>No row is wrong.</source>
        <translation>Keine Zeile ist falsch.</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>%1 importieren</translation>
    </message>
    <message>
        <source>Tables, documents and listings (*.csv *.tsv *.json *.yaml *.yml *.txt);;All files (*)</source>
        <translation>Tabellen, Dokumente und Auflistungen (*.csv *.tsv *.json *.yaml *.yml *.txt);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>console::Inspector</name>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historie</translation>
    </message>
    <message>
        <source>It is not there</source>
        <translation>Es ist nicht da</translation>
    </message>
    <message>
        <source>Nothing is selected</source>
        <translation>Nichts ist gewählt</translation>
    </message>
    <message>
        <source>The selected object is not part of the SAN at this revision.</source>
        <translation>Das gewählte Objekt ist in dieser Revision nicht Teil des SAN.</translation>
    </message>
    <message>
        <source>Choose an object on a page, or find one with Ctrl+K. Its facts, health and history stand here.</source>
        <translation>Ein Objekt auf einer Seite wählen oder mit Strg+K finden. Seine Fakten, sein Befinden und seine Historie stehen dann hier.</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>Namen kopieren</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Befinden</translation>
    </message>
    <message>
        <source>The rules have not been evaluated yet.</source>
        <translation>Die Regeln sind noch nicht ausgewertet.</translation>
    </message>
    <message>
        <source>No open finding is about it, as of revision %1.</source>
        <translation>Kein offener Befund betrifft es, Stand Revision %1.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
    <message>
        <source>Opens the proof, layer by layer, and what would mend it.</source>
        <translation>Öffnet den Nachweis, Schicht für Schicht, und was sie beheben würde.</translation>
    </message>
    <message>
        <source>Edit...</source>
        <translation>Bearbeiten...</translation>
    </message>
</context>
<context>
    <name>console::LabelWindow</name>
    <message>
        <source>Cable labels</source>
        <translation>Kabeletiketten</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>Seite davor</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Nächste Seite</translation>
    </message>
    <message>
        <source>Save as CSV...</source>
        <translation>Als CSV speichern...</translation>
    </message>
    <message>
        <source>Save as PDF...</source>
        <translation>Als PDF speichern...</translation>
    </message>
    <message>
        <source>All cables</source>
        <translation>Alle Kabel</translation>
    </message>
    <message>
        <source>Of what is selected</source>
        <translation>Von dem, was gewählt ist</translation>
    </message>
    <message>
        <source>Planned and leaving ones</source>
        <translation>Geplante und solche, die gehen</translation>
    </message>
    <message>
        <source>Cables</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Bogen</translation>
    </message>
    <message>
        <source>Begins at label</source>
        <translation>Beginnt bei Etikett</translation>
    </message>
    <message>
        <source>No cable is kept yet. Make one by New object, or import a table of cables.</source>
        <translation>Noch wird kein Kabel gepflegt. Lege eines mit Neues Objekt an, oder importiere eine Tabelle von Kabeln.</translation>
    </message>
    <message>
        <source>There is no such cable. Select ports, arrays or hosts, or choose all cables.</source>
        <translation>Es gibt kein solches Kabel. Wähle Anschlüsse, Arrays oder Hosts, oder nimm alle Kabel.</translation>
    </message>
    <message numerus="yes">
        <source>%n label(s)</source>
        <translation>
            <numerusform>%n Etikett</numerusform>
            <numerusform>%n Etiketten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, page %2 of %3</source>
        <translation>%1, Seite %2 von %3</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
</context>
<context>
    <name>console::MainWindow</name>
    <message>
        <source>Sanctum</source>
        <translation>Sanctum</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>The SAN as it was at revision %1, %2. Nothing can be changed here.</source>
        <translation>Das SAN, wie es bei Revision %1 war, %2. Hier lässt sich nichts ändern.</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>Nichts ist geöffnet</translation>
    </message>
    <message>
        <source>%1 - Sanctum</source>
        <translation>%1 - Sanctum</translation>
    </message>
    <message>
        <source>Connecting to %1</source>
        <translation>Verbindung mit %1 wird aufgebaut</translation>
    </message>
    <message>
        <source>Fetching the SAN of %1</source>
        <translation>Das SAN von %1 wird geholt</translation>
    </message>
    <message>
        <source>Live: %1</source>
        <translation>Live: %1</translation>
    </message>
    <message>
        <source>Stale: %1 says nothing since %2</source>
        <translation>Veraltet: %1 sagt nichts seit %2</translation>
    </message>
    <message>
        <source>Offline: %1</source>
        <translation>Offline: %1</translation>
    </message>
    <message>
        <source>Offline: shown is what was there %1</source>
        <translation>Offline: gezeigt wird der Stand %1</translation>
    </message>
    <message>
        <source>Rejected: %1</source>
        <translation>Abgewiesen: %1</translation>
    </message>
    <message>
        <source>revision %1, %2</source>
        <translation>Revision %1, %2</translation>
    </message>
    <message numerus="yes">
        <source>Draft: %n edits</source>
        <translation>
            <numerusform>Entwurf: %n Änderung</numerusform>
            <numerusform>Entwurf: %n Änderungen</numerusform>
        </translation>
    </message>
    <message>
        <source>The login is not kept</source>
        <translation>Die Anmeldung wird nicht behalten</translation>
    </message>
    <message>
        <source>This system has no key ring that can be used: %1 You will have to log in again next time.</source>
        <translation>Dieses System hat keinen nutzbaren Schlüsselbund: %1 Sie müssen sich beim nächsten Mal neu anmelden.</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>Nichts ist gewählt.</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>This is where you began.</source>
        <translation>Hier haben Sie angefangen.</translation>
    </message>
    <message>
        <source>You have not gone back.</source>
        <translation>Sie sind nicht zurückgegangen.</translation>
    </message>
    <message>
        <source>There is no filter.</source>
        <translation>Es gibt keinen Filter.</translation>
    </message>
    <message>
        <source>What is shown is the present.</source>
        <translation>Gezeigt wird die Gegenwart.</translation>
    </message>
    <message>
        <source>Open a saved snapshot</source>
        <translation>Gespeichertes Abbild öffnen</translation>
    </message>
    <message>
        <source>Snapshots (*.json);;All files (*)</source>
        <translation>Abbilder (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>There is nothing to save yet.</source>
        <translation>Es gibt noch nichts zu speichern.</translation>
    </message>
    <message>
        <source>The server is reached.</source>
        <translation>Der Server ist erreicht.</translation>
    </message>
    <message>
        <source>Save the snapshot</source>
        <translation>Abbild speichern</translation>
    </message>
    <message>
        <source>Snapshots (*.json)</source>
        <translation>Abbilder (*.json)</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>There is no step to take back.</source>
        <translation>Es gibt keinen Schritt, der zurückzunehmen wäre.</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>Rückgängig: %1</translation>
    </message>
    <message>
        <source>There is no step to do again.</source>
        <translation>Es gibt keinen Schritt, der zu wiederholen wäre.</translation>
    </message>
    <message>
        <source>Redo: %1</source>
        <translation>Wiederholen: %1</translation>
    </message>
    <message>
        <source>The draft is empty.</source>
        <translation>Der Entwurf ist leer.</translation>
    </message>
    <message>
        <source>Nobody has changed what the draft touches.</source>
        <translation>Niemand hat geändert, was der Entwurf berührt.</translation>
    </message>
    <message>
        <source>Take %1 out of %2</source>
        <translation>%1 aus %2 nehmen</translation>
    </message>
    <message>
        <source>Put %1 into %2</source>
        <translation>%1 in %2 legen</translation>
    </message>
    <message>
        <source>Open Activity and choose a line.</source>
        <translation>Aktivität öffnen und eine Zeile wählen.</translation>
    </message>
    <message>
        <source>Continue the feed</source>
        <translation>Meldungen fortsetzen</translation>
    </message>
    <message>
        <source>Pause the feed</source>
        <translation>Meldungen anhalten</translation>
    </message>
    <message>
        <source>Open the history on the page Activity.</source>
        <translation>Die Historie auf der Seite Aktivität öffnen.</translation>
    </message>
    <message>
        <source>Open Reports and choose what is to be in it.</source>
        <translation>Berichte öffnen und wählen, was darin sein soll.</translation>
    </message>
    <message>
        <source>Guided tasks</source>
        <translation>Geführte Aufgaben</translation>
    </message>
    <message>
        <source>Open Findings and choose one.</source>
        <translation>Öffnen Sie Befunde und wählen Sie einen.</translation>
    </message>
    <message>
        <source>The tasks are about the demo SAN: open it in the menu File.</source>
        <translation>Die Aufgaben betreffen das Demo-SAN: Öffnen Sie es im Menü Datei.</translation>
    </message>
    <message>
        <source>There is nothing to show yet.</source>
        <translation>Es gibt noch nichts zu zeigen.</translation>
    </message>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n Objekt</numerusform>
            <numerusform>%n Objekte</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>The login that was kept for %1 holds no more. Log in again.</source>
        <translation>Die gespeicherte Anmeldung für %1 gilt nicht mehr. Bitte neu anmelden.</translation>
    </message>
    <message>
        <source>Finish or close the form or the question that is open: what is written there would be lost.</source>
        <translation>Beenden oder schließen Sie das offene Formular oder die offene Frage: Was dort geschrieben steht, ginge verloren.</translation>
    </message>
</context>
<context>
    <name>console::MatrixCanvas</name>
    <message>
        <source>Access matrix: hosts and logical units</source>
        <translation>Zugriffsmatrix: Hosts und logische Einheiten</translation>
    </message>
    <message>
        <source>Arrows walk the cells, Enter asks why, Space opens and closes groups.</source>
        <translation>Pfeiltasten gehen durch die Zellen, Enter fragt warum, Leertaste öffnet und schließt Gruppen.</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Every agent that answers for it is silent.</source>
        <translation>Jeder Agent, der dafür antwortet, schweigt.</translation>
    </message>
</context>
<context>
    <name>console::MatrixOverview</name>
    <message>
        <source>Overview of the access matrix</source>
        <translation>Überblick über die Zugriffsmatrix</translation>
    </message>
    <message>
        <source>The whole matrix. Press to go there.</source>
        <translation>Die ganze Matrix. Drücken, um dorthin zu gehen.</translation>
    </message>
</context>
<context>
    <name>console::MemberList</name>
    <message>
        <source>not registered</source>
        <translation>nicht registriert</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>Initiator</source>
        <translation>Initiator</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>Zonen</translation>
    </message>
</context>
<context>
    <name>console::Minimap</name>
    <message>
        <source>Overview of the topology</source>
        <translation>Überblick über die Topologie</translation>
    </message>
    <message>
        <source>Click or drag to move what the canvas shows.</source>
        <translation>Klicken oder ziehen, um den gezeigten Ausschnitt zu bewegen.</translation>
    </message>
</context>
<context>
    <name>console::NameLine</name>
    <message>
        <source>Names, with commas between them</source>
        <translation>Namen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>A name</source>
        <translation>Ein Name</translation>
    </message>
</context>
<context>
    <name>console::NoticeStrip</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Close this message: %1</source>
        <translation>Diese Meldung schließen: %1</translation>
    </message>
</context>
<context>
    <name>console::Notices</name>
    <message>
        <source>It may have been done all the same: look at its state before you do it again. The console does not do it again by itself.</source>
        <translation>Es kann trotzdem geschehen sein: Sehen Sie den Zustand an, bevor Sie es noch einmal tun. Die Konsole wiederholt es nicht von selbst.</translation>
    </message>
</context>
<context>
    <name>console::ObjectWindow</name>
    <message>
        <source>New object</source>
        <translation>Neues Objekt</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Kind of the new object</source>
        <translation>Art des neuen Objekts</translation>
    </message>
    <message>
        <source>Several values</source>
        <translation>Mehrere Werte</translation>
    </message>
    <message>
        <source>Several values: +NAME adds to each, -NAME takes away</source>
        <translation>Mehrere Werte: +NAME gibt jedem dazu, -NAME nimmt weg</translation>
    </message>
    <message>
        <source>Several values, which stay unless something is written here</source>
        <translation>Mehrere Werte; sie bleiben, wenn hier nichts geschrieben wird</translation>
    </message>
    <message>
        <source>It is being worked out.</source>
        <translation>Es wird ermittelt.</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) cannot be so.</source>
        <translation>
            <numerusform>%n Feld kann so nicht sein.</numerusform>
            <numerusform>%n Felder können so nicht sein.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing has been written yet.</source>
        <translation>Es ist noch nichts geschrieben.</translation>
    </message>
    <message>
        <source>Nothing has been changed yet.</source>
        <translation>Es ist noch nichts geändert.</translation>
    </message>
    <message>
        <source>Make %1</source>
        <translation>%1 anlegen</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>It is not there any more.</source>
        <translation>Es ist nicht mehr da.</translation>
    </message>
</context>
<context>
    <name>console::Omnibox</name>
    <message>
        <source>Find objects, commands; kind:host label:PCI filters   Ctrl+K</source>
        <translation>Objekte, Befehle finden; Filter kind:host label:PCI   Strg+K</translation>
    </message>
    <message>
        <source>Find objects and commands</source>
        <translation>Objekte und Befehle finden</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Type a name, an address, a label, or what you want to do.</source>
        <translation>Einen Namen, eine Adresse, ein Label eingeben, oder was Sie tun möchten.</translation>
    </message>
    <message>
        <source>Nothing has “%1” in a name, an address or a label.</source>
        <translation>Nichts hat „%1“ in Name, Adresse oder Label.</translation>
    </message>
</context>
<context>
    <name>console::OmniboxModel</name>
    <message numerus="yes">
        <source>%n object(s) meet it</source>
        <translation>
            <numerusform>%n Objekt entspricht dem</numerusform>
            <numerusform>%n Objekte entsprechen dem</numerusform>
        </translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Show only these on every page</source>
        <translation>Auf jeder Seite nur diese zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n Objekt</numerusform>
            <numerusform>%n Objekte</numerusform>
        </translation>
    </message>
    <message>
        <source>Objects that meet it</source>
        <translation>Objekte, die dem entsprechen</translation>
    </message>
    <message>
        <source>the first %1 of %2</source>
        <translation>die ersten %1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>console::OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Is everything reachable that should be?</source>
        <translation>Ist alles erreichbar, was es sein soll?</translation>
    </message>
    <message>
        <source>Show what is missing</source>
        <translation>Fehlendes zeigen</translation>
    </message>
    <message>
        <source>Is anything reachable that should not be?</source>
        <translation>Ist etwas erreichbar, was es nicht sein soll?</translation>
    </message>
    <message>
        <source>Show what is too much</source>
        <translation>Überzähliges zeigen</translation>
    </message>
    <message>
        <source>What has changed since I last looked?</source>
        <translation>Was hat sich geändert, seit ich zuletzt hier war?</translation>
    </message>
    <message>
        <source>Show the changes</source>
        <translation>Änderungen zeigen</translation>
    </message>
    <message>
        <source>What else needs me?</source>
        <translation>Was erfordert mich sonst?</translation>
    </message>
    <message>
        <source>Show these findings</source>
        <translation>Diese Befunde zeigen</translation>
    </message>
    <message>
        <source>There may be more: not everybody reports.</source>
        <translation>Es kann mehr geben: nicht alle berichten.</translation>
    </message>
    <message>
        <source>Nothing found, but not everything is known</source>
        <translation>Nichts gefunden, aber nicht alles ist bekannt</translation>
    </message>
    <message>
        <source>Revision %1, as of %2</source>
        <translation>Revision %1, Stand %2</translation>
    </message>
    <message>
        <source>Live, revision %1</source>
        <translation>Live, Revision %1</translation>
    </message>
    <message>
        <source>Not live yet, revision %1</source>
        <translation>Noch nicht live, Revision %1</translation>
    </message>
    <message>
        <source>Not live: from %1</source>
        <translation>Nicht live: von %1</translation>
    </message>
    <message>
        <source>No agent is enrolled</source>
        <translation>Kein Agent ist aufgenommen</translation>
    </message>
    <message>
        <source>What targets have applied and what hosts see is not known.</source>
        <translation>Was Targets angewendet haben und was Hosts sehen, ist nicht bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>All %n agents report</source>
        <translation>
            <numerusform>Der eine Agent berichtet (%n)</numerusform>
            <numerusform>Alle %n Agenten berichten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 agents report</source>
        <translation>%1 von %2 Agenten berichten</translation>
    </message>
    <message>
        <source>The oldest report is of %1, %2.</source>
        <translation>Der älteste Bericht ist von %1, %2.</translation>
    </message>
    <message numerus="yes">
        <source>%n foreign targets</source>
        <translation>
            <numerusform>%n fremdes Target</numerusform>
            <numerusform>%n fremde Targets</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody reports what they let in.</source>
        <translation>Niemand berichtet, was sie hereinlassen.</translation>
    </message>
    <message>
        <source>Everything that was approved works</source>
        <translation>Alles Freigegebene funktioniert</translation>
    </message>
    <message>
        <source>approved and not working, or with one path alone</source>
        <translation>freigegeben und ohne Funktion, oder mit nur einem Pfad</translation>
    </message>
    <message>
        <source>Nothing beyond what was approved</source>
        <translation>Nichts über das Freigegebene hinaus</translation>
    </message>
    <message>
        <source>without approval, or against a rule</source>
        <translation>ohne Freigabe oder gegen eine Regel</translation>
    </message>
    <message>
        <source>Nothing that is high or critical</source>
        <translation>Nichts, was hoch oder kritisch ist</translation>
    </message>
    <message>
        <source>of severity high or critical</source>
        <translation>von hoher oder kritischer Schwere</translation>
    </message>
    <message>
        <source>No change set since revision %1</source>
        <translation>Kein Änderungssatz seit Revision %1</translation>
    </message>
    <message>
        <source>change sets</source>
        <translation>Änderungssätze</translation>
    </message>
    <message>
        <source>by the wire</source>
        <translation>über die Leitung</translation>
    </message>
    <message numerus="yes">
        <source>%n targets</source>
        <translation>
            <numerusform>%n Target</numerusform>
            <numerusform>%n Targets</numerusform>
        </translation>
    </message>
    <message>
        <source>Not everybody reports, or not now: what they do is not known here.</source>
        <translation>Nicht alle berichten, oder nicht jetzt: was sie tun, ist hier nicht bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>%n agents</source>
        <translation>
            <numerusform>%n Agent</numerusform>
            <numerusform>%n Agenten</numerusform>
        </translation>
    </message>
    <message>
        <source>When they reported is kept of the present alone.</source>
        <translation>Wann sie berichteten, ist allein von der Gegenwart aufbewahrt.</translation>
    </message>
    <message numerus="yes">
        <source>All %n agents reported then</source>
        <translation>
            <numerusform>Der eine Agent berichtete da (%n)</numerusform>
            <numerusform>Alle %n Agenten berichteten da</numerusform>
        </translation>
    </message>
    <message>
        <source>Who has reported since is not known here.</source>
        <translation>Wer seither berichtet hat, ist hier nicht bekannt.</translation>
    </message>
</context>
<context>
    <name>console::PutBar</name>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>Put into the draft</source>
        <translation>In den Entwurf nehmen</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s), as one step of the draft.</source>
        <translation>
            <numerusform>%n Änderung, als ein Schritt des Entwurfs.</numerusform>
            <numerusform>%n Änderungen, als ein Schritt des Entwurfs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n waiting</source>
        <translation>
            <numerusform>%1, %n wartet</numerusform>
            <numerusform>%1, %n warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ReportsPage</name>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Evidence packs (*.sanctum-evidence.tar *.tar)</source>
        <translation>Nachweispakete (*.sanctum-evidence.tar *.tar)</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>Another SAN has been opened meanwhile.</source>
        <translation>Inzwischen wurde ein anderes SAN geöffnet.</translation>
    </message>
    <message>
        <source>The server makes a pack already.</source>
        <translation>Der Server erstellt schon ein Paket.</translation>
    </message>
    <message>
        <source>A file is being written.</source>
        <translation>Eine Datei wird geschrieben.</translation>
    </message>
    <message>
        <source>The report is being worked out.</source>
        <translation>Der Bericht wird ermittelt.</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>It is not signed: only an evidence pack of a server is.</source>
        <translation>Er ist nicht signiert: das ist nur ein Nachweispaket eines Servers.</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>The evidence pack was not made</source>
        <translation>Das Nachweispaket wurde nicht erstellt</translation>
    </message>
    <message>
        <source>What the server sent is damaged, or there is no PDF in it. Try again.</source>
        <translation>Was der Server gesendet hat, ist beschädigt, oder es enthält kein PDF. Erneut versuchen.</translation>
    </message>
    <message>
        <source>Save it elsewhere</source>
        <translation>Anderswo speichern</translation>
    </message>
    <message>
        <source>A pack is being checked.</source>
        <translation>Ein Paket wird geprüft.</translation>
    </message>
    <message>
        <source>A fingerprint has 64 hexadecimal digits, with or without colons. Correct it, or leave it out.</source>
        <translation>Ein Fingerabdruck hat 64 hexadezimale Ziffern, mit oder ohne Doppelpunkte. Ihn berichtigen oder weglassen.</translation>
    </message>
    <message>
        <source>Verify an evidence pack</source>
        <translation>Nachweispaket prüfen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Not checked: %1</source>
        <translation>Nicht geprüft: %1</translation>
    </message>
    <message>
        <source>What is broken</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>Signed by the key</source>
        <translation>Signiert mit dem Schlüssel</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Erwartet</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Data cut</source>
        <translation>Datenstand</translation>
    </message>
    <message>
        <source>revision %1, %2</source>
        <translation>Revision %1, %2</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Population</source>
        <translation>Grundgesamtheit</translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Completeness</source>
        <translation>Vollständigkeit</translation>
    </message>
    <message>
        <source>Head of the log</source>
        <translation>Kopf des Protokolls</translation>
    </message>
    <message>
        <source>record %1</source>
        <translation>Eintrag %1</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%n, and every SHA-256 fits</source>
        <translation>
            <numerusform>%n, und jeder SHA-256 passt</numerusform>
            <numerusform>%n, und jeder SHA-256 passt</numerusform>
        </translation>
    </message>
    <message>
        <source>The pack</source>
        <translation>Das Paket</translation>
    </message>
    <message>
        <source>The keys could not be asked</source>
        <translation>Die Schlüssel konnten nicht erfragt werden</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Berichte</translation>
    </message>
    <message>
        <source>Part of the reports</source>
        <translation>Teil der Berichte</translation>
    </message>
    <message>
        <source>Make a report</source>
        <translation>Bericht erstellen</translation>
    </message>
    <message>
        <source>Reports that can be made</source>
        <translation>Mögliche Berichte</translation>
    </message>
    <message>
        <source>What is in the report</source>
        <translation>Was im Bericht ist</translation>
    </message>
    <message>
        <source>Save as CSV...</source>
        <translation>Als CSV speichern...</translation>
    </message>
    <message>
        <source>Save as JSON...</source>
        <translation>Als JSON speichern...</translation>
    </message>
    <message>
        <source>Download the PDF...</source>
        <translation>PDF herunterladen...</translation>
    </message>
    <message>
        <source>Download the evidence pack...</source>
        <translation>Nachweispaket herunterladen...</translation>
    </message>
    <message>
        <source>Data cut: the revision that the report is of</source>
        <translation>Datenstand: die Revision, von der der Bericht ist</translation>
    </message>
    <message>
        <source>The revision that it is compared with</source>
        <translation>Die Revision, mit der verglichen wird</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>First day of the period</source>
        <translation>Erster Tag des Zeitraums</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Last day of the period</source>
        <translation>Letzter Tag des Zeitraums</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>Only with this label</source>
        <translation>Nur mit diesem Label</translation>
    </message>
    <message>
        <source>Only this host</source>
        <translation>Nur dieser Host</translation>
    </message>
    <message>
        <source>Only this logical unit</source>
        <translation>Nur diese logische Einheit</translation>
    </message>
    <message>
        <source>Make it anew</source>
        <translation>Neu erstellen</translation>
    </message>
    <message>
        <source>Checks a pack that is on this disk: whether every file in it is what was signed, and by whose key. No server is asked.</source>
        <translation>Prüft ein Paket auf dieser Platte: ob jede Datei darin ist, was signiert wurde, und mit wessen Schlüssel. Kein Server wird gefragt.</translation>
    </message>
    <message>
        <source>Fingerprints of keys that may have signed</source>
        <translation>Fingerabdrücke der Schlüssel, die signiert haben dürfen</translation>
    </message>
    <message>
        <source>Fingerprint of the server&apos;s key, 64 hexadecimal digits</source>
        <translation>Fingerabdruck des Serverschlüssels, 64 hexadezimale Ziffern</translation>
    </message>
    <message>
        <source>Take the keys of this server</source>
        <translation>Schlüssel dieses Servers nehmen</translation>
    </message>
    <message>
        <source>Verify a pack...</source>
        <translation>Paket prüfen...</translation>
    </message>
    <message>
        <source>What the check has found</source>
        <translation>Was die Prüfung ergeben hat</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>%1, revision %2: %3</source>
        <translation>%1, Revision %2: %3</translation>
    </message>
    <message>
        <source>%1, revision %2, before: %3</source>
        <translation>%1, Revision %2, davor: %3</translation>
    </message>
    <message>
        <source>Every label</source>
        <translation>Jedes Label</translation>
    </message>
    <message>
        <source>Revision %1 cannot be had: the history does not go back that far, or the server cannot be reached.</source>
        <translation>Revision %1 ist nicht zu bekommen: die Historie reicht nicht so weit zurück, oder der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>There is no revision to compare with: no change set has taken effect yet.</source>
        <translation>Es gibt keine Revision zum Vergleichen: noch ist kein Änderungssatz wirksam geworden.</translation>
    </message>
    <message>
        <source>Choose another data cut or another scope.</source>
        <translation>Einen anderen Datenstand oder Umfang wählen.</translation>
    </message>
    <message>
        <source>Data cut: revision %1, %2</source>
        <translation>Datenstand: Revision %1, %2</translation>
    </message>
    <message>
        <source>compared with revision %1</source>
        <translation>verglichen mit Revision %1</translation>
    </message>
    <message>
        <source>only %1</source>
        <translation>nur %1</translation>
    </message>
    <message>
        <source>the SAN is at revision %1 now</source>
        <translation>das SAN ist jetzt bei Revision %1</translation>
    </message>
    <message>
        <source>Nothing is so: no row meets the scope or the period at that revision.</source>
        <translation>Nichts ist so: keine Zeile entspricht bei dieser Revision dem Umfang oder Zeitraum.</translation>
    </message>
    <message>
        <source>It is being worked out.</source>
        <translation>Es wird ermittelt.</translation>
    </message>
    <message>
        <source>Works it out again, of what is shown now.</source>
        <translation>Ermittelt es neu, von dem, was jetzt gezeigt wird.</translation>
    </message>
    <message>
        <source>Saves the rows that are shown.</source>
        <translation>Speichert die gezeigten Zeilen.</translation>
    </message>
    <message>
        <source>Saves the rows with data cut, scope and completeness.</source>
        <translation>Speichert die Zeilen mit Datenstand, Umfang und Vollständigkeit.</translation>
    </message>
    <message>
        <source>Lets the server make a pack and saves the PDF in it.</source>
        <translation>Lässt den Server ein Paket erstellen und speichert das PDF daraus.</translation>
    </message>
    <message>
        <source>Lets the server make and sign a pack, and saves it.</source>
        <translation>Lässt den Server ein Paket erstellen und signieren und speichert es.</translation>
    </message>
    <message>
        <source>The server makes and signs the pack.</source>
        <translation>Der Server erstellt und signiert das Paket.</translation>
    </message>
    <message>
        <source>The evidence pack holds population, findings and sources of this data cut and scope, signed by the server, whichever report is shown. CSV and JSON of the preview are not signed.</source>
        <translation>Das Nachweispaket enthält Grundgesamtheit, Befunde und Quellen dieses Datenstands und Umfangs, vom Server signiert, gleich welcher Bericht gezeigt wird. CSV und JSON der Vorschau sind nicht signiert.</translation>
    </message>
    <message>
        <source>PDF and evidence pack: %1 CSV and JSON of the preview can be saved; they are not signed.</source>
        <translation>PDF und Nachweispaket: %1 CSV und JSON der Vorschau lassen sich speichern; sie sind nicht signiert.</translation>
    </message>
    <message>
        <source>As the audit log of the server that you are connected to names them.</source>
        <translation>Wie das Prüfprotokoll des verbundenen Servers sie nennt.</translation>
    </message>
    <message>
        <source>Chooses a file and checks it.</source>
        <translation>Wählt eine Datei und prüft sie.</translation>
    </message>
    <message>
        <source>No pack has been checked yet</source>
        <translation>Noch kein Paket wurde geprüft</translation>
    </message>
    <message>
        <source>Choose a file with the ending .sanctum-evidence.tar. The same without this program: sanctl evidence verify --key FINGERPRINT FILE</source>
        <translation>Eine Datei mit der Endung .sanctum-evidence.tar wählen. Dasselbe ohne dieses Programm: sanctl evidence verify --key FINGERPRINT FILE</translation>
    </message>
    <message>
        <source>What was chosen is not there any more.</source>
        <translation>Was gewählt war, ist nicht mehr da.</translation>
    </message>
</context>
<context>
    <name>console::RevisionPopup</name>
    <message>
        <source>120, or 2026-11-20 10:00</source>
        <translation>120 oder 2026-11-20 10:00</translation>
    </message>
    <message>
        <source>A revision, or a time: then the last change that was committed by it.</source>
        <translation>Eine Revision, oder eine Zeit: dann die letzte Änderung, die bis dahin übernommen wurde.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>console::RotationList</name>
    <message>
        <source>No secret is being changed</source>
        <translation>Kein Geheimnis wird gewechselt</translation>
    </message>
    <message numerus="yes">
        <source>%n secrets are being changed</source>
        <translation>
            <numerusform>%n Geheimnis wird gewechselt</numerusform>
            <numerusform>%n Geheimnisse werden gewechselt</numerusform>
        </translation>
    </message>
    <message>
        <source>Sessions are not touched. At the first failure nothing new begins.</source>
        <translation>Sitzungen werden nicht berührt. Beim ersten Fehlschlag beginnt nichts Neues.</translation>
    </message>
    <message>
        <source>Batch %1 goes on as before</source>
        <translation>Stapel %1 läuft weiter wie zuvor</translation>
    </message>
    <message>
        <source>%1 of %2 done, %3 under way</source>
        <translation>%1 von %2 erledigt, %3 laufen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1, by %2</source>
        <translation>%1, durch %2</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>It is not known whether secrets are being changed</source>
        <translation>Es ist nicht bekannt, ob Geheimnisse gewechselt werden</translation>
    </message>
    <message>
        <source>It is not known whether batch %1 goes on as before</source>
        <translation>Es ist nicht bekannt, ob Stapel %1 weiterläuft wie zuvor</translation>
    </message>
</context>
<context>
    <name>console::StateLegend</name>
    <message>
        <source>Legend of the access matrix</source>
        <translation>Legende der Zugriffsmatrix</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>A bar through a mark: the host may read and not write.</source>
        <translation>Ein Strich durch eine Marke: der Host darf lesen und nicht schreiben.</translation>
    </message>
    <message>
        <source>in use now</source>
        <translation>gerade genutzt</translation>
    </message>
    <message>
        <source>A ring: an agent sees a session to it.</source>
        <translation>Ein Ring: ein Agent sieht eine Sitzung dazu.</translation>
    </message>
    <message>
        <source>gained</source>
        <translation>gewonnen</translation>
    </message>
    <message>
        <source>A corner above: the draft gives it, or it came between two revisions.</source>
        <translation>Eine Ecke oben: der Entwurf gibt es, oder es kam zwischen zwei Revisionen.</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>A corner below: the draft takes it away, or it went between two revisions.</source>
        <translation>Eine Ecke unten: der Entwurf nimmt es weg, oder es ging zwischen zwei Revisionen.</translation>
    </message>
    <message>
        <source>agent silent</source>
        <translation>Agent schweigt</translation>
    </message>
    <message>
        <source>Grey: every agent that answers for it is silent; it was so when they last reported.</source>
        <translation>Grau: jeder Agent, der dafür antwortet, schweigt; so war es bei ihrem letzten Bericht.</translation>
    </message>
</context>
<context>
    <name>console::TemplateWindow</name>
    <message>
        <source>Zone by a template</source>
        <translation>Nach Vorlage zonen</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Zone set</source>
        <translation>Zonensatz</translation>
    </message>
    <message>
        <source>Zone set that holds the new zones</source>
        <translation>Zonensatz, der die neuen Zonen aufnimmt</translation>
    </message>
    <message>
        <source>What it would change and do</source>
        <translation>Was es ändern und bewirken würde</translation>
    </message>
    <message>
        <source>%1 (not in force)</source>
        <translation>%1 (nicht in Kraft)</translation>
    </message>
    <message>
        <source>None: the zones are not in force</source>
        <translation>Keiner: Die Zonen sind nicht in Kraft</translation>
    </message>
    <message>
        <source>What it would change and do stands here before anything is done.</source>
        <translation>Was es ändern und bewirken würde, steht hier, bevor etwas geschieht.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiteres</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody gains or loses a logical unit.</source>
        <translation>Niemand gewinnt oder verliert eine logische Einheit.</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was es bewirkt</translation>
    </message>
    <message>
        <source>To know</source>
        <translation>Zu wissen</translation>
    </message>
    <message>
        <source>What it changes</source>
        <translation>Was es ändert</translation>
    </message>
    <message>
        <source>It is being worked out.</source>
        <translation>Es wird berechnet.</translation>
    </message>
    <message>
        <source>There is nothing to do yet.</source>
        <translation>Noch ist nichts zu tun.</translation>
    </message>
    <message>
        <source>Choose a zone set</source>
        <translation>Einen Zonensatz wählen</translation>
    </message>
    <message>
        <source>The zone set that was chosen is not there any more. Choose another one.</source>
        <translation>Der gewählte Zonensatz ist nicht mehr da. Einen anderen wählen.</translation>
    </message>
</context>
<context>
    <name>console::TopologyCanvas</name>
    <message>
        <source>Topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>Arrow keys follow the links, Enter inspects, Space selects, plus and minus zoom.</source>
        <translation>Pfeiltasten folgen den Verbindungen, Enter untersucht, Leertaste wählt, Plus und Minus zoomen.</translation>
    </message>
    <message>
        <source>Single point of failure: every path that works needs it.</source>
        <translation>Einzelne Fehlerstelle: jeder funktionierende Pfad braucht sie.</translation>
    </message>
    <message>
        <source>Double-click or press Enter to open the group.</source>
        <translation>Doppelklick oder Enter öffnet die Gruppe.</translation>
    </message>
</context>
<context>
    <name>console::TopologyLegend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
</context>
<context>
    <name>console::TopologyPage</name>
    <message>
        <source>The past has no draft. Go back to the present.</source>
        <translation>Die Vergangenheit hat keinen Entwurf. Zurück zur Gegenwart gehen.</translation>
    </message>
    <message>
        <source>There is no draft. Change something on the Zoning page first.</source>
        <translation>Es gibt keinen Entwurf. Zuerst auf der Seite Zoning etwas ändern.</translation>
    </message>
    <message>
        <source>What the draft does is being worked out.</source>
        <translation>Was der Entwurf bewirkt, wird ermittelt.</translation>
    </message>
    <message>
        <source>Export the topology</source>
        <translation>Topologie exportieren</translation>
    </message>
    <message>
        <source>The topology was exported</source>
        <translation>Die Topologie wurde exportiert</translation>
    </message>
    <message>
        <source>The topology was not exported</source>
        <translation>Die Topologie wurde nicht exportiert</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>Es gibt noch nichts zu exportieren.</translation>
    </message>
    <message>
        <source>Drawing the SAN</source>
        <translation>Das SAN wird gezeichnet</translation>
    </message>
    <message>
        <source>The picture is being laid out.</source>
        <translation>Das Bild wird angeordnet.</translation>
    </message>
    <message>
        <source>No SAN is open</source>
        <translation>Kein SAN ist geöffnet</translation>
    </message>
    <message>
        <source>Open the demo, connect to a server, or open an exported file. The topology appears here by itself.</source>
        <translation>Die Demo öffnen, mit einem Server verbinden oder eine exportierte Datei öffnen. Die Topologie erscheint hier von selbst.</translation>
    </message>
    <message>
        <source>Nothing is registered yet</source>
        <translation>Noch ist nichts registriert</translation>
    </message>
    <message>
        <source>Start an agent on a host or a storage server, or point the iSNS client of an initiator or a target at this server. It appears here as soon as it registers.</source>
        <translation>Einen Agenten auf einem Host oder Speicherserver starten, oder den iSNS-Client eines Initiators oder Targets auf diesen Server richten. Er erscheint hier, sobald er sich registriert.</translation>
    </message>
    <message>
        <source>Shows what the draft adds and removes.</source>
        <translation>Zeigt, was der Entwurf hinzufügt und entfernt.</translation>
    </message>
    <message>
        <source>From &lt;b&gt;%1&lt;/b&gt;: select a logical unit to see the paths to it.</source>
        <translation>Von &lt;b&gt;%1&lt;/b&gt;: eine logische Einheit wählen, um die Pfade zu ihr zu sehen.</translation>
    </message>
    <message>
        <source>To &lt;b&gt;%1&lt;/b&gt;: select a host to see the paths from it.</source>
        <translation>Zu &lt;b&gt;%1&lt;/b&gt;: einen Host wählen, um die Pfade von ihm zu sehen.</translation>
    </message>
    <message>
        <source>Select a host and a logical unit to see the paths between them.</source>
        <translation>Einen Host und eine logische Einheit wählen, um die Pfade zwischen ihnen zu sehen.</translation>
    </message>
    <message>
        <source>End path mode</source>
        <translation>Pfadmodus beenden</translation>
    </message>
    <message>
        <source>The filter &lt;b&gt;%1&lt;/b&gt; meets nothing that the topology shows.</source>
        <translation>Dem Filter &lt;b&gt;%1&lt;/b&gt; entspricht nichts, was die Topologie zeigt.</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter aufheben</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>Gruppieren nach</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Array</source>
        <translation>Array</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Colour b&amp;y</source>
        <translation>Farbe &amp;nach</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Fabric</source>
        <translation>Fabric</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Satz</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Opens or closes all groups.</source>
        <translation>Öffnet oder schließt alle Gruppen.</translation>
    </message>
    <message>
        <source>Open or close all groups</source>
        <translation>Alle Gruppen öffnen oder schließen</translation>
    </message>
    <message>
        <source>Open all groups</source>
        <translation>Alle Gruppen öffnen</translation>
    </message>
    <message>
        <source>Close all groups</source>
        <translation>Alle Gruppen schließen</translation>
    </message>
    <message>
        <source>Paths</source>
        <translation>Pfade</translation>
    </message>
    <message>
        <source>Shows the paths between a host and a logical unit, and what all of them need.</source>
        <translation>Zeigt die Pfade zwischen einem Host und einer logischen Einheit, und was alle davon brauchen.</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>What the draft changes</source>
        <translation>Was der Entwurf ändert</translation>
    </message>
    <message>
        <source>Zoom out (Minus)</source>
        <translation>Verkleinern (Minus)</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom in (Plus)</source>
        <translation>Vergrößern (Plus)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Shows everything (Home)</source>
        <translation>Zeigt alles (Pos1)</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Zooms to what is selected (F)</source>
        <translation>Zoomt auf das Gewählte (F)</translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation>Auf die Auswahl zoomen</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Shows the same nodes as a table, with the same selection.</source>
        <translation>Zeigt dieselben Knoten als Tabelle, mit derselben Auswahl.</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>Als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Writes what is shown to a file.</source>
        <translation>Schreibt das Gezeigte in eine Datei.</translation>
    </message>
    <message>
        <source>Picture of what is seen (PNG)…</source>
        <translation>Bild des Sichtbaren (PNG)…</translation>
    </message>
    <message>
        <source>Picture of everything (PNG)…</source>
        <translation>Bild von allem (PNG)…</translation>
    </message>
    <message>
        <source>Drawing of what is seen (SVG)…</source>
        <translation>Zeichnung des Sichtbaren (SVG)…</translation>
    </message>
    <message>
        <source>Drawing of everything (SVG)…</source>
        <translation>Zeichnung von allem (SVG)…</translation>
    </message>
    <message>
        <source>Graph (dot)…</source>
        <translation>Graph (dot)…</translation>
    </message>
    <message>
        <source>Table (CSV)…</source>
        <translation>Tabelle (CSV)…</translation>
    </message>
    <message>
        <source>Topology as a table</source>
        <translation>Topologie als Tabelle</translation>
    </message>
</context>
<context>
    <name>console::WhyPanel</name>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>As applied</source>
        <translation>Wie angewendet</translation>
    </message>
    <message>
        <source>By what the agents reported that their targets do now.</source>
        <translation>Nach dem, was die Targets laut ihren Agenten jetzt tun.</translation>
    </message>
    <message>
        <source>As wanted</source>
        <translation>Wie gewünscht</translation>
    </message>
    <message>
        <source>By what administrators want there, also where it is not applied yet.</source>
        <translation>Nach dem, was Administratoren dort wünschen, auch wo es noch nicht angewendet ist.</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
    <message>
        <source>Copies what asks the same on the command line.</source>
        <translation>Kopiert, was auf der Kommandozeile dasselbe fragt.</translation>
    </message>
    <message>
        <source>Let %1 reach %2</source>
        <translation>%1 den Zugriff auf %2 geben</translation>
    </message>
    <message>
        <source>Why does a host reach a logical unit, or why not?</source>
        <translation>Warum erreicht ein Host eine logische Einheit, oder warum nicht?</translation>
    </message>
    <message>
        <source>Choose a cell of the matrix, one host and one logical unit. The proof stands here: each layer with what it rests on, since when, and what would mend it.</source>
        <translation>Eine Zelle der Matrix wählen, einen Host und eine logische Einheit. Hier steht der Nachweis: jede Schicht mit dem, worauf sie beruht, seit wann, und was sie beheben würde.</translation>
    </message>
    <message>
        <source>by this change set</source>
        <translation>durch diesen Änderungssatz</translation>
    </message>
    <message>
        <source>An agent sees it used now.</source>
        <translation>Ein Agent sieht, dass es gerade genutzt wird.</translation>
    </message>
    <message>
        <source>What is wanted is not applied at every target yet.</source>
        <translation>Das Gewünschte ist noch nicht an jedem Target angewendet.</translation>
    </message>
    <message>
        <source>Every agent that answers for it is silent: this is what they last reported.</source>
        <translation>Jeder Agent, der dafür antwortet, schweigt: dies ist ihr letzter Bericht.</translation>
    </message>
    <message>
        <source>Zoning hides a target, it does not lock it: a host that knows the address gets in.</source>
        <translation>Zoning verbirgt ein Target, es sperrt es nicht: ein Host, der die Adresse kennt, kommt hinein.</translation>
    </message>
    <message>
        <source>It stops at: %1</source>
        <translation>Es endet bei: %1</translation>
    </message>
    <message>
        <source>What would mend it</source>
        <translation>Was es beheben würde</translation>
    </message>
    <message>
        <source>No change set reaches that: somebody has to do it there.</source>
        <translation>Kein Änderungssatz reicht dahin: jemand muss es dort tun.</translation>
    </message>
    <message numerus="yes">
        <source>changes %n object(s)</source>
        <translation>
            <numerusform>ändert %n Objekt</numerusform>
            <numerusform>ändert %n Objekte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other node(s) are concerned</source>
        <translation>
            <numerusform>%n anderer Knoten ist betroffen</numerusform>
            <numerusform>%n andere Knoten sind betroffen</numerusform>
        </translation>
    </message>
    <message>
        <source>then it works: %1</source>
        <translation>dann funktioniert es: %1</translation>
    </message>
    <message>
        <source>Mend as draft</source>
        <translation>Als Entwurf beheben</translation>
    </message>
    <message>
        <source>Puts these edits into the draft: nothing happens before it is committed.</source>
        <translation>Legt diese Änderungen in den Entwurf: nichts geschieht, bevor er übernommen wird.</translation>
    </message>
    <message>
        <source>Copy as sanctl command</source>
        <translation>Als sanctl-Befehl kopieren</translation>
    </message>
    <message>
        <source>No path</source>
        <translation>Kein Pfad</translation>
    </message>
    <message>
        <source>Nothing joins the two: no zone, no map, no session.</source>
        <translation>Nichts verbindet die beiden: keine Zone, keine Zuordnung, keine Sitzung.</translation>
    </message>
    <message>
        <source>The path</source>
        <translation>Der Pfad</translation>
    </message>
    <message>
        <source>Path %1 of %2</source>
        <translation>Pfad %1 von %2</translation>
    </message>
    <message>
        <source>%1, proven by %2</source>
        <translation>%1, nachgewiesen durch %2</translation>
    </message>
    <message>
        <source>a session is there now</source>
        <translation>eine Sitzung besteht dort jetzt</translation>
    </message>
    <message numerus="yes">
        <source>%n more path(s) are not shown.</source>
        <translation>
            <numerusform>%n weiterer Pfad wird nicht gezeigt.</numerusform>
            <numerusform>%n weitere Pfade werden nicht gezeigt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Copies the command that makes the same draft.</source>
        <translation>Kopiert den Befehl, der denselben Entwurf anlegt.</translation>
    </message>
</context>
<context>
    <name>console::Workspace</name>
    <message>
        <source>Revision %1 cannot be shown</source>
        <translation>Revision %1 kann nicht gezeigt werden</translation>
    </message>
    <message>
        <source>The clock of this computer is %1 min slow</source>
        <translation>Die Uhr dieses Rechners geht %1 min nach</translation>
    </message>
    <message>
        <source>The clock of this computer is %1 min fast</source>
        <translation>Die Uhr dieses Rechners geht %1 min vor</translation>
    </message>
    <message>
        <source>That is by the clock of %1, which counts for all that is shown here. Set the one that is wrong.</source>
        <translation>Gemessen an der Uhr von %1, die für alles gilt, was hier gezeigt wird. Stellen Sie die falsche.</translation>
    </message>
    <message>
        <source>The history does not go back that far, or the server cannot be reached.</source>
        <translation>Die Historie reicht nicht so weit zurück, oder der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>There is no SAN to change: nothing is open.</source>
        <translation>Es gibt kein SAN zum Ändern: nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>This is the past. Go back to the present to change something.</source>
        <translation>Dies ist die Vergangenheit. Zum Ändern zurück zur Gegenwart gehen.</translation>
    </message>
    <message>
        <source>Nothing is open.</source>
        <translation>Nichts ist geöffnet.</translation>
    </message>
    <message>
        <source>%1 does not have the right %2.</source>
        <translation>%1 hat das Recht %2 nicht.</translation>
    </message>
    <message>
        <source>Not done: %1</source>
        <translation>Nicht getan: %1</translation>
    </message>
</context>
<context>
    <name>console::ZoneTree</name>
    <message>
        <source>added in the draft</source>
        <translation>im Entwurf hinzugefügt</translation>
    </message>
    <message>
        <source>removed in the draft</source>
        <translation>im Entwurf entfernt</translation>
    </message>
    <message>
        <source>changed in the draft</source>
        <translation>im Entwurf geändert</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>Domain</source>
        <translation>Domain</translation>
    </message>
    <message>
        <source>Initiators : targets</source>
        <translation>Initiatoren : Targets</translation>
    </message>
    <message>
        <source>target</source>
        <translation>Target</translation>
    </message>
</context>
<context>
    <name>console::ZoningPage</name>
    <message>
        <source>Nothing is registered yet.</source>
        <translation>Noch ist nichts registriert.</translation>
    </message>
    <message>
        <source>None yet. A draft that is submitted comes here.</source>
        <translation>Noch keine. Ein Entwurf, der eingereicht wird, kommt hierher.</translation>
    </message>
    <message>
        <source>Nothing matches.</source>
        <translation>Nichts passt dazu.</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>Zonen</translation>
    </message>
    <message>
        <source>New zone</source>
        <translation>Neue Zone</translation>
    </message>
    <message>
        <source>Switch %1 off</source>
        <translation>%1 ausschalten</translation>
    </message>
    <message>
        <source>Switch %1 on</source>
        <translation>%1 einschalten</translation>
    </message>
    <message>
        <source>Zone sets, zones and their members</source>
        <translation>Zonensätze, Zonen und ihre Mitglieder</translation>
    </message>
    <message>
        <source>Who can be in a zone</source>
        <translation>Wer in einer Zone sein kann</translation>
    </message>
    <message>
        <source>Paste names</source>
        <translation>Namen einfügen</translation>
    </message>
    <message>
        <source>Adds the iSCSI names, aliases or hosts in the clipboard to the chosen zone.</source>
        <translation>Fügt die iSCSI-Namen, Aliase oder Hosts aus der Zwischenablage der gewählten Zone hinzu.</translation>
    </message>
    <message>
        <source>Add to zone</source>
        <translation>Zur Zone hinzufügen</translation>
    </message>
    <message>
        <source>Type a part of a name</source>
        <translation>Einen Teil eines Namens eingeben</translation>
    </message>
    <message>
        <source>Part of a name of an initiator or a target</source>
        <translation>Teil des Namens eines Initiators oder Targets</translation>
    </message>
    <message>
        <source>Initiators</source>
        <translation>Initiatoren</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Targets</translation>
    </message>
    <message>
        <source>Change sets</source>
        <translation>Änderungssätze</translation>
    </message>
    <message>
        <source>older ones are not listed</source>
        <translation>ältere sind nicht aufgeführt</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Zurückrollen</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <source>Add to %1</source>
        <translation>Zu %1 hinzufügen</translation>
    </message>
    <message>
        <source>Choose a zone at the left.</source>
        <translation>Links eine Zone wählen.</translation>
    </message>
    <message>
        <source>Choose initiators or targets below.</source>
        <translation>Unten Initiatoren oder Targets wählen.</translation>
    </message>
    <message>
        <source>Switch the set off</source>
        <translation>Satz ausschalten</translation>
    </message>
    <message>
        <source>Switch the set on</source>
        <translation>Satz einschalten</translation>
    </message>
    <message>
        <source>Name of the new zone</source>
        <translation>Name der neuen Zone</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>New zone %1</source>
        <translation>Neue Zone %1</translation>
    </message>
    <message>
        <source>Name of the new zone set</source>
        <translation>Name des neuen Zonensatzes</translation>
    </message>
    <message>
        <source>New zone set %1</source>
        <translation>Neuer Zonensatz %1</translation>
    </message>
    <message>
        <source>Another name for %1</source>
        <translation>Ein anderer Name für %1</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>%1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>Nichts ist gewählt.</translation>
    </message>
    <message>
        <source>This has a name of the protocol, which cannot be changed here.</source>
        <translation>Dies hat einen Namen des Protokolls, der hier nicht geändert werden kann.</translation>
    </message>
    <message>
        <source>Take %1 out of %2</source>
        <translation>%1 aus %2 nehmen</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message numerus="yes">
        <source>Take away %n objects</source>
        <translation>
            <numerusform>%n Objekt wegnehmen</numerusform>
            <numerusform>%n Objekte wegnehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a zone, a set or a member in Zoning.</source>
        <translation>In Zoning eine Zone, einen Satz oder ein Mitglied wählen.</translation>
    </message>
    <message>
        <source>Choose what is to go in the tree of zones, not in the lists beside it.</source>
        <translation>Was weg soll, im Baum der Zonen wählen, nicht in den Listen daneben.</translation>
    </message>
    <message numerus="yes">
        <source>Put %n zones into %1</source>
        <translation>
            <numerusform>%n Zone in %1 legen</numerusform>
            <numerusform>%n Zonen in %1 legen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n members</source>
        <translation>
            <numerusform>%n Mitglied</numerusform>
            <numerusform>%n Mitglieder</numerusform>
        </translation>
    </message>
    <message>
        <source>Add %1 to %2</source>
        <translation>%1 zu %2 hinzufügen</translation>
    </message>
    <message>
        <source>Choose a zone first</source>
        <translation>Zuerst eine Zone wählen</translation>
    </message>
    <message>
        <source>The names are added to the zone that is chosen at the left.</source>
        <translation>Die Namen kommen in die Zone, die links gewählt ist.</translation>
    </message>
    <message>
        <source>Nothing was added</source>
        <translation>Nichts wurde hinzugefügt</translation>
    </message>
    <message>
        <source>The clipboard has no names.</source>
        <translation>Die Zwischenablage enthält keine Namen.</translation>
    </message>
    <message>
        <source>Nobody has the name %1. Correct the list and paste it again.</source>
        <translation>Niemand hat den Namen %1. Die Liste berichtigen und neu einfügen.</translation>
    </message>
    <message>
        <source>The draft does not fit the present SAN</source>
        <translation>Der Entwurf passt nicht zum gegenwärtigen SAN</translation>
    </message>
    <message>
        <source>The draft stands on the present SAN</source>
        <translation>Der Entwurf steht auf dem gegenwärtigen SAN</translation>
    </message>
    <message numerus="yes">
        <source>%n edits were left out, as others have changed the same</source>
        <translation>
            <numerusform>%n Änderung wurde weggelassen, da andere dasselbe geändert haben</numerusform>
            <numerusform>%n Änderungen wurden weggelassen, da andere dasselbe geändert haben</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a change set below.</source>
        <translation>Unten einen Änderungssatz wählen.</translation>
    </message>
    <message>
        <source>Change set %1 is %2.</source>
        <translation>Änderungssatz %1 ist %2.</translation>
    </message>
    <message>
        <source>Only its author discards a change set, or who may approve it.</source>
        <translation>Einen Änderungssatz verwirft nur, wer ihn verfasst hat oder genehmigen darf.</translation>
    </message>
    <message>
        <source>Why is change set %1 taken back?</source>
        <translation>Warum wird Änderungssatz %1 zurückgenommen?</translation>
    </message>
    <message>
        <source>Zoning</source>
        <translation>Zoning</translation>
    </message>
    <message>
        <source>Into which zone set?</source>
        <translation>In welchen Zonensatz?</translation>
    </message>
    <message>
        <source>Put it in</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nichts wurde geändert</translation>
    </message>
    <message>
        <source>%1 holds it already.</source>
        <translation>%1 enthält sie bereits.</translation>
    </message>
    <message>
        <source>No zone set is called %1.</source>
        <translation>Kein Zonensatz heißt %1.</translation>
    </message>
    <message>
        <source>Choose a zone in Zoning.</source>
        <translation>Eine Zone auf der Seite Zoning wählen.</translation>
    </message>
    <message>
        <source>Name of the cluster</source>
        <translation>Name des Clusters</translation>
    </message>
    <message numerus="yes">
        <source>Make %n hosts the cluster %1</source>
        <translation>
            <numerusform>%n Host zum Cluster %1 machen</numerusform>
            <numerusform>%n Hosts zum Cluster %1 machen</numerusform>
        </translation>
    </message>
    <message>
        <source>Select two hosts or more, in Topology.</source>
        <translation>Zwei oder mehr Hosts in der Topologie auswählen.</translation>
    </message>
    <message>
        <source>What the chosen change set would do, and why it was committed all the same</source>
        <translation>Was der gewählte Änderungssatz bewirken würde, und warum er dennoch übernommen wurde</translation>
    </message>
    <message>
        <source>No host gains or loses anything.</source>
        <translation>Kein Host gewinnt oder verliert etwas.</translation>
    </message>
    <message>
        <source>%1 Why does change set %2 take effect all the same?</source>
        <translation>%1 Warum wird Änderungssatz %2 trotzdem wirksam?</translation>
    </message>
    <message>
        <source>Something is being done on change set %1: wait for the answer.</source>
        <translation>An Änderungssatz %1 wird gerade etwas getan: Die Antwort abwarten.</translation>
    </message>
    <message>
        <source>Change set %1 is not committed yet: a reason is asked for</source>
        <translation>Änderungssatz %1 ist noch nicht übernommen: Ein Grund wird erfragt</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
</context>
</TS>
