/// Why a message was not handed over. Nothing of it repeats a password or an address.
public enum MailError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server takes nothing for this reader, now and later: a reply from 500 on to the address.
    case recipientRefused(code: Int)
    /// The server takes nothing from us: a reply from 500 on to anything else; our name, password, or message.
    case refused(code: Int)
    /// The server says later: a reply from 400 to 499.
    case busy(code: Int)
    /// The server could not be reached, or not safely. Nothing was handed over.
    case notSent(String)
    /// No answer came to the message: it may have been handed over.
    case unknown(String)

    /// Whether the same message may be handed over at another time.
    public var isPassing: Bool {
        switch self {
        case .busy, .notSent, .unknown: true
        case .recipientRefused, .refused: false
        }
    }

    /// One clause for people.
    public var description: String {
        switch self {
        case .recipientRefused(let code): "the mail server takes no mail for this address (\(code))"
        case .refused(let code): "the mail server takes no mail from us (\(code)): look at smtp.url and smtp.from"
        case .busy(let code): "the mail server asks to come again later (\(code))"
        case .notSent(let cause): "the mail server could not be reached: \(cause)"
        case .unknown(let cause): "it is not known whether the mail server took the message: \(cause)"
        }
    }
}
