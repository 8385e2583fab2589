import Logging
import Mailer
import Payments
import ServiceLifecycle

/// The mail server that a group's e-mails go to, as long as this server runs.
struct PledgMailing: Sendable {
    let post: PledgPost
    private let client: SMTPClient

    /// - Parameters:
    ///   - from: whose e-mails these are.
    ///   - publicURL: what links begin with: `https://pay.example`.
    ///   - zone: in which times are written.
    /// - Throws: ``PledgTexts/Flaw`` or a template's error for an embedded file that cannot be used.
    init(
        _ server: SMTPServer, from: MailAddress, publicURL: String, zone: GroupTimeZone, clock: TimeSource,
        logger: Logger
    ) throws {
        client = SMTPClient(server)
        post = PledgPost(
            client, from: from, writer: try PledgMailWriter(publicURL: publicURL, zone: zone), clock: clock,
            logger: logger)
    }

    /// Waits for what is being sent.
    func shutdown() async { await client.shutdown() }
}

/// Ends the connections to the mail server when everything that sends has stopped.
struct PledgMailService: Service {
    let mailing: PledgMailing

    func run() async throws {
        try? await gracefulShutdown()
        await mailing.shutdown()
    }
}
