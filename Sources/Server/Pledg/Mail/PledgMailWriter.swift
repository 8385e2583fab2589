import Foundation
import Mustache
import Payments
import Pledg
import Specification

/// Writes the e-mails of a group, as text and as HTML, in the reader's language.
struct PledgMailWriter: Sendable {
    /// Where payers come in: `https://pay.example`.
    let publicURL: String
    /// Where nobody has said which.
    let otherwise: PledgLanguage
    /// In which times are written.
    let zone: GroupTimeZone
    private let texts: PledgTexts
    private let library: MustacheLibrary

    /// What is sent.
    struct Letter: Sendable, Hashable {
        var subject: String
        var text: String
        var html: String
        /// Where the reader says that he wants no more reminders; nil: none of these are.
        var stopURL: String?
    }

    /// - Throws: ``PledgTexts/Flaw``, or a template's error.
    init(publicURL: String, otherwise: PledgLanguage = .en, zone: GroupTimeZone = .utc) throws {
        self.publicURL = publicURL
        self.otherwise = otherwise
        self.zone = zone
        texts = try PledgTexts(PackageResources.pledgmailtexts_json)
        let template = String(decoding: PackageResources.pledgmail_mustache, as: UTF8.self)
        library = MustacheLibrary(templates: ["pledgmail": try MustacheTemplate(string: template)])
    }

    /// - Parameter now: milliseconds since 1970.
    func letter(_ mail: PledgMail, now: Int64) -> Letter {
        let language = mail.language.flatMap(PledgLanguage.init(tag:)) ?? otherwise
        let values = values(mail, language)
        func text(_ key: String) -> String { texts.text(key, language, values) }
        let (subject, body) = Self.keys(mail)
        var facts: [String] = []
        var notes: [String] = []
        if mail.kind == .invitation || mail.kind.isReminder {
            let amount = PledgWords.amount(mail.amount, language)
            facts = [texts.text("share", language, ["amount": amount])]
            if let deadline = mail.deadline {
                let time = PledgWords.moment(deadline, language, zone)
                facts.append(texts.text("until", language, ["time": time]))
                if mail.kind.isReminder, deadline > now {
                    let left = PledgWords.span(deadline - now, language)
                    facts.append(texts.text("left", language, ["left": left]))
                }
            }
        }
        if mail.kind == .invitation { notes.append(text("note_invitation")) }
        let url = mail.token.map { token in
            let path = mail.isLeader ? PledgPages.Kind.leader.path : PledgPages.Kind.pledger.path
            return "\(publicURL)\(path)/\(token)?lang=\(language.rawValue)"
        }
        if url != nil { notes.append(text("private")) }
        let stopURL = mail.kind == .invitation || mail.kind.isReminder ? url.map { $0 + "#reminders" } : nil
        let draft = Draft(
            language: language, subject: text(subject), paragraphs: [text("hello"), text(body)], facts: facts,
            url: url, button: text(mail.isLeader ? "button_leader" : "button_share"), notes: notes, stopURL: stopURL)
        return Letter(subject: draft.subject, text: plain(draft), html: html(draft), stopURL: stopURL)
    }

    private struct Draft {
        var language: PledgLanguage
        var subject: String
        var paragraphs: [String]
        var facts: [String]
        var url: String?
        var button: String
        var notes: [String]
        var stopURL: String?
    }

    private func values(_ mail: PledgMail, _ language: PledgLanguage) -> [String: String] {
        // Short enough for the subject, whatever stands around them.
        let title = mail.title.map { PledgWords.harmless($0, maximum: 70) }
        return [
            "what": title ?? texts.text("a_payment", language),
            "name": PledgWords.harmless(mail.organiser, maximum: 60),
            "about": PledgWords.harmless(mail.about ?? "", maximum: 60), "paid": "\(mail.pledgersPaid)",
            "count": "\(mail.pledgers)", "amount": PledgWords.amount(mail.amount, language),
        ]
    }

    /// What the subject and the body are called.
    private static func keys(_ mail: PledgMail) -> (subject: String, body: String) {
        switch mail.kind {
        case .invitation: return ("subject_invitation", "text_invitation")
        case .reminder24, .reminder42, .reminder47: return ("subject_reminder", "text_reminder")
        case .summary24: return ("subject_summary", "text_summary")
        case .declined: return ("subject_declined", "text_declined")
        case .bounced: return ("subject_bounced", "text_bounced")
        case .stray: return ("subject_stray", "text_stray")
        case .correction: return ("subject_correction", "text_correction")
        case .returned: return ("subject_stray", "text_returned")
        case .final:
            guard let isRefunded = mail.isRefunded else {
                // A leader who paid alone, or for everybody, gets nothing back.
                let isAdvance = mail.isLeader && mail.pledgersPaid > mail.pledgersCovered
                return ("subject_paid", isAdvance ? "text_paid_leader" : "text_paid_share")
            }
            // Without a time for the group the leader has not paid.
            if mail.reason == .cancelled {
                return ("subject_cancelled", mail.deadline == nil ? "text_cancelled_draft" : "text_cancelled")
            }
            if mail.deadline == nil { return ("subject_failed", "text_failed_draft") }
            if isRefunded { return ("subject_failed", "text_failed_refund") }
            return ("subject_failed", mail.isLeader ? "text_failed_leader" : "text_failed_share")
        }
    }

    private func plain(_ draft: Draft) -> String {
        var blocks = draft.paragraphs
        if !draft.facts.isEmpty { blocks.append(draft.facts.joined(separator: "\r\n")) }
        if let url = draft.url { blocks.append("\(draft.button):\r\n\(url)") }
        blocks += draft.notes
        if let stopURL = draft.stopURL { blocks.append(texts.text("stop", draft.language, ["url": stopURL])) }
        return blocks.joined(separator: "\r\n\r\n") + "\r\n"
    }

    private func html(_ draft: Draft) -> String {
        var context: [String: Any] = [
            "lang": draft.language.rawValue, "subject": draft.subject, "paragraphs": draft.paragraphs,
            "facts": draft.facts, "notes": draft.notes, "button": draft.button,
            "stopLabel": texts.text("stop_label", draft.language),
        ]
        if let url = draft.url { context["url"] = url }
        if let stopURL = draft.stopURL { context["stopURL"] = stopURL }
        guard let html = library.render(context, withTemplate: "pledgmail") else {
            preconditionFailure("there is no template named pledgmail")
        }
        return html
    }
}

extension PledgMail.Kind {
    fileprivate var isReminder: Bool {
        switch self {
        case .reminder24, .reminder42, .reminder47: true
        default: false
        }
    }
}
