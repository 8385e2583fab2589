import Logging
import MailSupport
import Mailer
import Payments
import Pledg
import PledgSupport
import Specification
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Against a mail server that was not written here.
@Suite("E-mails of a group are sent")
struct PledgPostTests {
    /// A group whose e-mails go to a mail server, everybody told of it.
    private func with(
        _ mode: MailHost.Mode = .plain, user: String = "", onFailure: PledgConfiguration.OnFailure = .leaderCovers,
        book: LogBook = LogBook(), _ body: (GroupHost, MailHost) async throws -> Void
    ) async throws {
        let folder = TemporaryFolder()
        if mode != .plain { try await MailHost.makeCertificate(in: folder) }
        let mail = try await MailHost(mode, in: folder)
        let client = SMTPClient(
            try SMTPServer("smtp://\(user)localhost:\(mail.port)"),
            caFile: mode == .plain ? nil : folder.file("host.crt"), replySeconds: 5)
        let clock = ManualClock()
        let post = PledgPost(
            client, from: try #require(MailAddress("pay@shop.example", name: "Shop")),
            writer: try PledgMailWriter(publicURL: "https://pay.example"), clock: clock.source, logger: book.logger)
        try await GroupHost.with(mailer: post, onFailure: onFailure) { host in try await body(host, mail) }
        await client.shutdown()
    }

    /// `to: subject`, in the order of the alphabet.
    private func subjects(_ mail: MailHost, from start: Int = 0) -> [String] {
        mail.messages.dropFirst(start).map { message in
            let to = message["to"]?.arrayValue?.first?.stringValue?.prefix { $0 != "@" } ?? ""
            return "\(to): \(message["headers"]?["Subject"]?.stringValue ?? "")"
        }.sorted()
    }

    /// What the mail server took it prints, and that comes a moment later.
    private func comes(_ mail: MailHost, from start: Int = 0, _ wanted: [String]) async -> Bool {
        await eventually { subjects(mail, from: start) == wanted }
    }

    @Test("invitation, reminders to who has not paid, summary, and one last word to each")
    func story() async throws {
        try await with { host, mail in
            let view = try await host.collecting()
            await host.work()
            #expect(await comes(mail, ["ann: Lea asks you to share: Tent", "bob: Lea asks you to share: Tent"]))
            try await host.pay("ann", view)
            var seen = 2
            for (hours, wanted) in [
                (23, []), (1, ["bob: Reminder: your share of Tent", "lea: 1 of 2 have paid: Tent"]),
                (18, ["bob: Reminder: your share of Tent"]), (5, ["bob: Reminder: your share of Tent"]),
                (
                    1,
                    [
                        "ann: Not paid by the group: Tent", "bob: Not paid by the group: Tent",
                        "lea: Not paid by the group: Tent",
                    ]
                ), (200, []),
            ] as [(Int64, [String])] {
                await host.advance(hours: hours)
                #expect(await comes(mail, from: seen, wanted), "after \(hours)")
                seen = mail.messages.count
            }
            let ids = mail.messages.compactMap { $0["headers"]?["Message-ID"]?.stringValue }
            #expect(Set(ids).count == ids.count)
            #expect(ids.allSatisfy { $0.hasPrefix("<mail_") && $0.hasSuffix("@shop.example>") })
        }
    }

    @Test("an invitation has all that the reader needs, as text and as HTML, and nobody else's address")
    func invitation() async throws {
        try await with { host, mail in
            let view = try await host.collecting()
            await host.work()
            #expect(await eventually { mail.messages.count == 2 })
            let message = try #require(mail.messages.first { $0["to"] == ["ann@example.com"] })
            #expect(message["headers"]?["From"] == "Shop <pay@shop.example>")
            let token = try await host.token("ann", view)
            let link = "https://pay.example/pledg/share/\(token)?lang=en"
            #expect(message["headers"]?["List-Unsubscribe"] == .string("<\(link)#reminders>"))
            let text = try #require(message["parts"]?["text/plain"]?.stringValue)
            let html = try #require(message["parts"]?["text/html"]?.stringValue)
            for part in [text, html] {
                for word in ["Lea", "Tent", "30.00\u{A0}EUR", "2026-11-23 00:00 (UTC)", link] {
                    #expect(part.contains(word), "\(word)")
                }
                for other in ["bob@", "lea@", "90.00", view.pageToken, "{"] {
                    #expect(!part.contains(other), "\(other)")
                }
            }
            // The page that it leads to is there, and opening it does nothing.
            #expect(try await GroupClient(host).open("/pledg/share/\(token)?lang=en").status == 200)
        }
    }

    @Test("what came from outside is text in HTML, and ends no header")
    func injection() async throws {
        let writer = try PledgMailWriter(publicURL: "https://pay.example")
        var mail = try await Self.sample()
        mail.title = "Tent\r\nBcc: all@example.com <img src=x>\u{202E}"
        mail.organiser = "Lea\n\n<b>"
        let letter = writer.letter(mail, now: 0)
        #expect(!letter.subject.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(!letter.html.contains("<img") && !letter.html.contains("<b>"))
        #expect(letter.html.contains("&lt;img src=x&gt;"))
        mail.title = String(repeating: "щ", count: 200)
        mail.organiser = String(repeating: "n", count: 200)
        #expect(writer.letter(mail, now: 0).subject.unicodeScalars.count <= 200)
        // An address that cannot stand in a header is refused for good.
        let (client, book) = (SMTPClient(try SMTPServer("smtp://127.0.0.1:1")), LogBook())
        let post = PledgPost(
            client, from: try #require(MailAddress("pay@shop.example")), writer: writer, clock: ManualClock().source,
            logger: book.logger)
        for address in ["a@b.c\r\nBcc: d@e.f", "a@b.c, d@e.f", "a b@c.d", ""] {
            mail.to = address
            let refused = await #expect(throws: PledgMailRefused.self) { try await post.send(mail) }
            #expect(refused?.isBounce == false)
        }
        await client.shutdown()
    }

    @Test("a purchase without a title has a name in every sentence, as the language wants it")
    func untitled() async throws {
        let writer = try PledgMailWriter(publicURL: "https://pay.example")
        var mail = try await Self.sample()
        (mail.title, mail.language, mail.isRefunded) = (nil, "ru", nil)
        for kind in PledgMail.Kind.allCases {
            mail.kind = kind
            let letter = writer.letter(mail, now: 0)
            #expect(!(letter.subject + letter.text).contains("покупку"), "\(kind)")
            #expect((letter.subject + letter.text).contains("общая покупка"), "\(kind)")
        }
    }

    @Test("nothing is said that is not so: of money advanced by who was alone, of a time that was not up")
    func truth() async throws {
        let writer = try PledgMailWriter(publicURL: "https://pay.example")
        var mail = try await Self.sample()
        (mail.kind, mail.isLeader, mail.isRefunded, mail.language) = (.final, true, nil, "en")
        mail.pledgersPaid = 1
        #expect(writer.letter(mail, now: 0).text.contains("What you advanced for the others"))
        mail.pledgersCovered = 1
        #expect(!writer.letter(mail, now: 0).text.contains("advanced"))
        (mail.pledgers, mail.pledgersPaid, mail.pledgersCovered) = (0, 0, 0)
        #expect(!writer.letter(mail, now: 0).text.contains("advanced"))
        // Not every payment system gives money back.
        (mail.isRefunded, mail.deadline) = (true, 1)
        #expect(writer.letter(mail, now: 0).text.contains("or from the shop"))
        (mail.kind, mail.isLeader) = (.stray, false)
        #expect(writer.letter(mail, now: 0).text.contains("or from the shop"))
        (mail.kind, mail.isLeader) = (.final, true)
        // The shop may have called it off before its time was up.
        (mail.isRefunded, mail.deadline) = (true, nil)
        #expect(writer.letter(mail, now: 0).text.contains("was not paid, and cannot be paid any more"))
    }

    @Test("a leader who paid for everybody is not told that something comes back to him")
    func coveredAll() async throws {
        for paid in [[], ["ann"]] as [[String]] {
            try await with { host, mail in
                let view = try await host.collecting()
                for name in paid { try await host.pay(name, view) }
                await host.work()
                try await host.gateway.coverRest(view.pageToken).get()
                await host.work()
                let isThere = await eventually {
                    mail.messages.contains { $0["to"] == ["lea@example.com"] }
                }
                try #require(isThere)
                let last = mail.messages.last { $0["to"] == ["lea@example.com"] }
                let text = try #require(last?["parts"]?["text/plain"]?.stringValue)
                #expect(text.contains("What you advanced") == !paid.isEmpty, "\(text)")
            }
        }
    }

    @Test("each kind is written in each language, with nothing left open", arguments: PledgLanguage.allCases)
    func languages(_ language: PledgLanguage) async throws {
        let writer = try PledgMailWriter(publicURL: "https://pay.example")
        let keys = try PledgTexts(PackageResources.pledgmailtexts_json).all(.en).keys
        var subjects: Set<String> = []
        let sample = try await Self.sample()
        for kind in PledgMail.Kind.allCases {
            for (isLeader, isRefunded, reason) in [
                (true, nil, nil), (true, true, .unpaid), (true, false, .unpaid), (false, nil, nil),
                (false, true, .unpaid), (false, false, .unpaid), (true, true, .cancelled), (false, true, .cancelled),
            ] as [(Bool, Bool?, PledgSpecification.Reason?)] {
                var mail = sample
                (mail.kind, mail.isLeader, mail.isRefunded) = (kind, isLeader, isRefunded)
                mail.reason = reason
                mail.language = language.rawValue + "-XX"
                mail.about = "b…@example.com"
                mail.pledgersPaid = 1
                let letter = writer.letter(mail, now: 0)
                subjects.insert(letter.subject)
                #expect(letter.html.contains("<html lang=\"\(language)\">"))
                for part in [letter.subject, letter.text, letter.html] {
                    #expect(!part.contains("{") && !part.isEmpty)
                    #expect(!keys.contains { $0.contains("_") && part.contains($0) })
                }
            }
        }
        // Reminders have one; an end has three.
        #expect(subjects.count == 10)
    }

    @Test("that the shop cancelled is said so, and times are in the zone that was chosen, and named")
    func cancelledAndZone() async throws {
        let zone = try #require(GroupTimeZone("Asia/Tashkent"))
        let writer = try PledgMailWriter(publicURL: "https://pay.example", zone: zone)
        var mail = try await Self.sample()
        mail.kind = .invitation
        mail.deadline = 1_795_219_200_000
        #expect(writer.letter(mail, now: 0).text.contains("2026-11-21 05:00 (Asia/Tashkent, UTC+5)"))
        (mail.kind, mail.isRefunded, mail.reason) = (.final, true, .cancelled)
        let letter = writer.letter(mail, now: 0)
        #expect(letter.subject == "Cancelled by the shop: Tent")
        #expect(letter.text.contains("The shop has cancelled “Tent”. Whoever has paid gets all of it back"))
        mail.deadline = nil
        #expect(writer.letter(mail, now: 0).text.contains("Nothing was charged."))
    }

    @Test("an address that there is not is told to the leader, who corrects it; nothing is sent to it again")
    func bounces() async throws {
        try await with { host, mail in
            let view = try await host.collecting(["reject", "bob"])
            await host.work()
            #expect(await comes(mail, ["bob: Lea asks you to share: Tent", "lea: No such address: r…@example.com"]))
            let page = try await GroupClient(host).open(host.leaderPath(view))
            #expect(page.text.contains("the address does not exist"))
            let tries = mail.said.count
            await host.advance(hours: 12)
            #expect(mail.said.count == tries)
            let dead = try await host.shop.rows(
                "SELECT state, note FROM pledg_mails WHERE kind = 'invitation' ORDER BY state", columns: 2)
            #expect(dead == ["dead bounced", "sent -"])
        }
    }

    @Test("a message that is refused for good is not sent again")
    func refused() async throws {
        try await with { host, mail in
            _ = try await host.collecting(["late"])
            await host.work()
            #expect(await eventually { mail.messages.count == 1 })
            await host.advance(hours: 2)
            #expect(mail.messages.map { $0["to"] } == [["late@example.com"]])
            let dead = try await host.shop.rows(
                "SELECT state, note FROM pledg_mails WHERE kind = 'invitation'", columns: 2)
            #expect(dead == ["dead refused"])
            // It is not the address: the leader is not told that.
            #expect(try await host.shop.number("SELECT count(*) FROM pledg_mails WHERE kind = 'bounced'") == 0)
        }
    }

    @Test("what the server does not want now is sent later")
    func later() async throws {
        try await with { host, mail in
            let view = try await host.collecting(["later"])
            await host.work()
            #expect(mail.messages == [])
            let waiting = "SELECT state, attempts FROM pledg_mails WHERE kind = 'invitation'"
            #expect(try await host.shop.rows(waiting, columns: 2) == ["waiting 1"])
            await host.advance(hours: 0, milliseconds: 4_999)
            #expect(try await host.shop.rows(waiting, columns: 2) == ["waiting 1"])
            await host.advance(hours: 0, milliseconds: 1)
            #expect(try await host.shop.rows(waiting, columns: 2) == ["waiting 2"])
            // Meanwhile he pays by the link that the merchant gave him: there is nothing to invite him to.
            try await host.pay("later", view)
            await host.advance(hours: 1)
            #expect(try await host.shop.rows(waiting, columns: 2) == ["skipped 2"])
        }
    }

    @Test("a wrong password loses no e-mail: it is sent once it is corrected, and stands in no log")
    func password() async throws {
        let book = LogBook()
        try await with(.starttls, user: "us%20er:wrong-secret@", book: book) { host, mail in
            _ = try await host.collecting(["ann"])
            await host.work()
            #expect(await eventually { mail.said.contains { $0["login"] == false } })
            let waiting = try await host.shop.rows(
                "SELECT state FROM pledg_mails WHERE kind = 'invitation'", columns: 1)
            #expect(waiting == ["waiting"])
            #expect(book.lines.contains { $0.contains("an e-mail was refused") })
            for secret in ["wrong-secret", "ann@example.com", "us er"] {
                #expect(!book.lines.contains { $0.contains(secret) }, "\(secret)")
            }
        }
    }

    /// An invitation, as the gateway gives it.
    private static func sample() async throws -> PledgMail {
        let kept = Kept()
        return try await GroupHost.with(mailer: kept) { host in
            _ = try await host.collecting(["ann"])
            await host.work()
            return try #require(kept.mails.first)
        }
    }
}

/// Keeps e-mails.
private final class Kept: PledgMailer {
    private let list = Mutex<[PledgMail]>([])
    var mails: [PledgMail] { list.withLock { $0 } }
    func send(_ mail: PledgMail) async throws { list.withLock { $0.append(mail) } }
}
