import Foundation
import MailSupport
import Mailer
import StrictJSON
import TestSupport
import Testing

/// Each against a mail server that was not written here.
@Suite("A message is handed over")
struct MailerTests {
    private func message(
        to address: String = "ana@example.com", from: String = "shop@example.com", subject: String = "Sua parte"
    ) throws -> MailMessage {
        try #require(
            MailMessage(
                from: MailAddress(from, name: "Loja do Zé, \"a melhor\"")!, to: MailAddress(address)!,
                subject: subject, text: "Olá, Ana: R$ 10,00\r\n.\r\nfim\r\n",
                html: "<p>Olá, <b>Ana</b>: O‘zbekiston " + String(repeating: "x", count: 3_000) + "</p>",
                id: "share-1.invitation@tiyin", date: 1_795_266_992_000,
                unsubscribeURL: "https://pay.example/stop/abc"))
    }

    @Test("whole, with its headers, as text and as HTML")
    func whole() async throws {
        let host = try await MailHost(.plain, in: TemporaryFolder())
        let client = SMTPClient(try SMTPServer("smtp://127.0.0.1:\(host.port)"))
        try await client.send(
            try message(subject: "Приглашение: share of 10 € and a very long subject, longer than a word"))
        await client.shutdown()
        let got = try #require(host.messages.first)
        #expect(got["from"] == "shop@example.com")
        #expect(got["to"] == ["ana@example.com"])
        let headers = try #require(got["headers"])
        #expect(
            headers["Subject"] == "Приглашение: share of 10 € and a very long subject, longer than a word")
        #expect(headers["Message-ID"] == "<share-1.invitation@tiyin>")
        #expect(headers["Date"] == "Sat, 21 Nov 2026 13:16:32 +0000")
        #expect(headers["List-Unsubscribe"] == "<https://pay.example/stop/abc>")
        #expect(headers["Auto-Submitted"] == "auto-generated")
        #expect(got["names"]?["From"] == ["Loja do Zé, \"a melhor\""])
        #expect(got["names"]?["To"] == [""])
        let parts = try #require(got["parts"])
        // A line of one dot is no end.
        #expect(parts["text/plain"]?.stringValue?.replacing("\r\n", with: "\n") == "Olá, Ana: R$ 10,00\n.\nfim\n")
        #expect(parts["text/html"]?.stringValue?.contains("O‘zbekiston xxx") == true)
        #expect(got["tree"]?.arrayValue?.contains("multipart/alternative") == true)
        #expect((got["longest"]?.integerValue ?? 999) <= 998)
    }

    @Test("by STARTTLS, or by TLS from the start, with a name and a password", arguments: ["starttls", "tls"])
    func secure(_ mode: String) async throws {
        let folder = TemporaryFolder()
        try await MailHost.makeCertificate(in: folder)
        let host = try await MailHost(try #require(MailHost.Mode(rawValue: mode)), in: folder)
        let scheme = mode == "tls" ? "smtps" : "smtp"
        let server = try SMTPServer("\(scheme)://us%20er:p%40ss%3Aw%2Frd@localhost:\(host.port)")
        let client = SMTPClient(server, caFile: folder.file("host.crt"))
        try await client.send(try message())
        await client.shutdown()
        #expect(host.messages.first?["tls"] == true)
        #expect(host.said.contains { $0["login"] == true })
    }

    @Test(
        "to nobody whose certificate the system does not trust, or whose name is another",
        arguments: ["starttls", "tls"])
    func distrusted(_ mode: String) async throws {
        let folder = TemporaryFolder()
        try await MailHost.makeCertificate(in: folder)
        let host = try await MailHost(try #require(MailHost.Mode(rawValue: mode)), in: folder)
        let scheme = mode == "tls" ? "smtps" : "smtp"
        let client = SMTPClient(try SMTPServer("\(scheme)://u:p@localhost:\(host.port)"))
        let error = await #expect(throws: MailError.self) { try await client.send(try message()) }
        await client.shutdown()
        guard case .notSent = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Neither password nor message.
        #expect(host.said == [])
    }

    @Test("a wrong password is told apart from an address that is none")
    func refusals() async throws {
        let folder = TemporaryFolder()
        try await MailHost.makeCertificate(in: folder)
        let guarded = try await MailHost(.starttls, in: folder)
        let wrong = SMTPClient(
            try SMTPServer("smtp://user:wr0ng-secret@localhost:\(guarded.port)"), caFile: folder.file("host.crt"))
        let login = await #expect(throws: MailError.self) { try await wrong.send(try message()) }
        #expect(login == .refused(code: 535))
        #expect(login?.description.contains("wr0ng") == false)
        await wrong.shutdown()

        let host = try await MailHost(.plain, in: folder)
        let client = SMTPClient(try SMTPServer("smtp://127.0.0.1:\(host.port)"))
        func error(_ make: MailMessage) async -> MailError? {
            do throws(MailError) {
                try await client.send(make)
                return nil
            } catch {
                return error
            }
        }
        let rejected = await error(try message(to: "reject@example.com"))
        #expect(rejected == .recipientRefused(code: 550))
        #expect(rejected?.isPassing == false)
        let later = await error(try message(to: "later@example.com"))
        #expect(later == .busy(code: 451))
        #expect(later?.isPassing == true)
        #expect(await error(try message(from: "stranger@example.com")) == .refused(code: 553))
        #expect(await error(try message(to: "late@example.com")) == .refused(code: 554))
        #expect(await error(try message()) == nil)
        await client.shutdown()
        #expect(await error(try message()) == .notSent("the program is ending"))
    }

    @Test("no answer after the message: it may have arrived")
    func unknown() async throws {
        let host = try await MailHost(.plain, in: TemporaryFolder())
        for (name, seconds) in [("hangup", 30), ("silent", 2)] {
            let client = SMTPClient(try SMTPServer("smtp://127.0.0.1:\(host.port)"), seconds: seconds, replySeconds: 2)
            let error = await #expect(throws: MailError.self) {
                try await client.send(try message(to: "\(name)@example.com"))
            }
            guard case .unknown = error else {
                Issue.record("\(name): \(String(describing: error))")
                return
            }
            await client.shutdown()
        }
    }

    @Test("nobody at the port: nothing was sent; a cancelled task waits for nobody")
    func nobody() async throws {
        let client = SMTPClient(try SMTPServer("smtp://127.0.0.1:1"))
        let error = await #expect(throws: MailError.self) { try await client.send(try message()) }
        guard case .notSent = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await client.shutdown()

        let host = try await MailHost(.plain, in: TemporaryFolder())
        let slow = SMTPClient(try SMTPServer("smtp://127.0.0.1:\(host.port)"), replySeconds: 10)
        let silent = try message(to: "silent@example.com")
        let task = Task { try await slow.send(silent) }
        while host.messages.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        // The server would be silent for a minute: longer than this test may take.
        let end = ContinuousClock.now + .seconds(30)
        await #expect(throws: MailError.self) { try await task.value }
        #expect(ContinuousClock.now < end)
        await slow.shutdown()
    }

    @Test("twenty at once, each once")
    func many() async throws {
        let host = try await MailHost(.plain, in: TemporaryFolder())
        let client = SMTPClient(try SMTPServer("smtp://127.0.0.1:\(host.port)"), connections: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                let one = try message(to: "reader\(number)@example.com")
                group.addTask { try await client.send(one) }
            }
            try await group.waitForAll()
        }
        await client.shutdown()
        let readers = host.messages.compactMap { $0["to"]?.arrayValue?.first?.stringValue }
        #expect(readers.count == 20)
        #expect(Set(readers).count == 20)
    }
}

@Suite("What goes into a header")
struct MailHeaderTests {
    @Test(
        "ends no line: neither address, name, subject nor id", arguments: ["\r\nBcc: x@example.com", "\n", "\r", "\0"])
    func injection(_ poison: String) throws {
        #expect(MailAddress("ana@example.com" + poison) == nil)
        #expect(MailAddress("ana" + poison + "@example.com") == nil)
        #expect(MailAddress("ana@example.com", name: "Ana" + poison) == nil)
        let (from, to) = (try #require(MailAddress("a@b.c")), try #require(MailAddress("d@e.f")))
        #expect(MailMessage(from: from, to: to, subject: "x" + poison, text: "", id: "i@h", date: 0) == nil)
        #expect(MailMessage(from: from, to: to, subject: "x", text: "", id: "i@h" + poison, date: 0) == nil)
        #expect(
            MailMessage(from: from, to: to, subject: "x", text: "", id: "i@h", date: 0, unsubscribeURL: "h" + poison)
                == nil)
        #expect(MailMessage(from: from, to: to, subject: "x", text: "", id: "i@h", date: 0) != nil)
    }

    @Test(
        "an address is one address",
        arguments: [
            "", "ana", "@example.com", "ana@", "a@b@c", "ana @example.com", "<ana@example.com>",
            "ana@example.com,b@c.d",
            "аna@example.com", "\"a\"@example.com", String(repeating: "a", count: 65) + "@example.com",
        ])
    func addresses(_ text: String) {
        #expect(MailAddress(text) == nil)
    }
}

@Suite("The setting of the mail server")
struct SMTPServerTests {
    @Test("has the usual ports unless it says others")
    func ports() throws {
        #expect(try SMTPServer("smtp://mail.example").port == 587)
        #expect(try SMTPServer("smtps://mail.example").port == 465)
        #expect(try SMTPServer("smtp://u:p@[::1]:2525/").host == "::1")
    }

    @Test(
        "is refused without being repeated, for it may hold a password",
        arguments: [
            "", "mail.example", "http://mail.example", "smtp://", "smtp://user@mail.example",
            "smtp://mail.example/path",
            "smtp://u:p@mail.example?x=1", "smtp://u:s3cret%0Apass@mail.example", "smtp://u:s3cret@mail.example:0",
        ])
    func refused(_ text: String) {
        let flaw = #expect(throws: SMTPServer.Flaw.self) { try SMTPServer(text) }
        #expect(flaw?.description.contains("s3cret") == false)
    }
}
