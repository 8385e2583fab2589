import Payments
import Pledg

/// An e-mail to a member of a group, as it would be sent.
public struct GroupLetter: Sendable, Hashable {
    /// The same at every attempt.
    public var id: String
    /// Its receiver's address.
    public var to: String
    public var subject: String
    /// The plain one of its two forms. The link in it is a secret: it stands in no log.
    public var text: String
}

/// Hands the e-mails of a group to somebody in this process: no mail server is asked.
struct PledgLetterBox: PledgMailer {
    private let writer: PledgMailWriter
    private let clock: TimeSource
    private let receiver: @Sendable (GroupLetter) -> Void

    /// - Parameters:
    ///   - publicURL: what links begin with: `https://pay.example`.
    ///   - zone: in which times are written.
    ///   - receiver: gets each, now and then twice with one id; must not wait.
    /// - Throws: ``PledgTexts/Flaw`` or a template's error for an embedded file that cannot be used.
    init(
        publicURL: String, zone: GroupTimeZone, clock: TimeSource, receiver: @escaping @Sendable (GroupLetter) -> Void
    ) throws {
        writer = try PledgMailWriter(publicURL: publicURL, zone: zone)
        self.clock = clock
        self.receiver = receiver
    }

    func send(_ mail: PledgMail) async throws {
        let letter = writer.letter(mail, now: clock.now)
        receiver(GroupLetter(id: mail.id, to: mail.to, subject: letter.subject, text: letter.text))
    }
}
