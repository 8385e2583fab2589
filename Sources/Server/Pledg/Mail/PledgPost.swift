import Logging
import Mailer
import Payments
import Pledg

/// Hands the e-mails of a group to a mail server.
///
/// What the server will never take is not sent again; whatever else goes wrong, it is sent again later.
struct PledgPost: PledgMailer {
    private let client: SMTPClient
    private let from: MailAddress
    private let writer: PledgMailWriter
    private let clock: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - client: closed by whoever made it.
    ///   - from: whose e-mails these are.
    ///   - clock: dates them.
    init(_ client: SMTPClient, from: MailAddress, writer: PledgMailWriter, clock: TimeSource, logger: Logger) {
        self.client = client
        self.from = from
        self.writer = writer
        self.clock = clock
        self.logger = logger
    }

    /// - Throws: `PledgMailRefused` if it will never be taken; `MailError`: later perhaps.
    func send(_ mail: PledgMail) async throws {
        let now = clock.now
        let letter = writer.letter(mail, now: now)
        let host = from.address.split(separator: "@").last ?? "localhost"
        guard let to = MailAddress(mail.to),
            let message = MailMessage(
                from: from, to: to, subject: letter.subject, text: letter.text, html: letter.html,
                // The same at every attempt: who gets it twice sees it once.
                id: "\(mail.id)@\(host)", date: now, unsubscribeURL: letter.stopURL)
        else {
            logger.error("an e-mail cannot be written as one: it is not sent", metadata: ["mail": "\(mail.id)"])
            throw PledgMailRefused(isBounce: false)
        }
        do {
            try await client.send(message)
        } catch {
            throw verdict(error, mail)
        }
    }

    private func verdict(_ error: MailError, _ mail: PledgMail) -> any Error {
        switch error {
        case .recipientRefused: return PledgMailRefused(isBounce: true)
        case .refused(let code):
            logger.error("an e-mail was refused", metadata: ["mail": "\(mail.id)", "cause": "\(error.description)"])
            // Name or password: once they are corrected, it goes through.
            if Self.codesOfLogin.contains(code) { return error }
            return PledgMailRefused(isBounce: false)
        case .busy, .notSent, .unknown: return error
        }
    }

    /// Source: RFC 4954 6
    private static let codesOfLogin: Set<Int> = [530, 534, 535, 538]
}
