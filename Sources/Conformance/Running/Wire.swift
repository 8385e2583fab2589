import Foundation

/// A request as it is sent.
struct WireRequest: Sendable {
    /// Where it goes, if not to the transport's own URL.
    var url: URL?
    var method: String
    /// Without the credentials.
    var headers: [Header]
    var authorization: String?
    /// What reports show in place of the credentials.
    var shownAuthorization: String?
    var body: [UInt8]
    /// What reports show in place of a body that holds a signature.
    var shownBody: [UInt8]?
    /// What must not be shown of the answer either, if it sends it back.
    var secrets: [String] = []
}

/// A header of a request or an answer.
public struct Header: Sendable, Hashable {
    /// As it was written; compare it without regard to case.
    public let name: String
    /// Without what gives a key away.
    public let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What came of a request.
enum WireOutcome: Sendable {
    case answer(WireAnswer)
    case failure(WireFailure)
}

/// An HTTP answer.
struct WireAnswer: Sendable {
    let status: Int
    let headers: [Header]
    let body: [UInt8]

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why there is no answer.
struct WireFailure: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// No connection could be made: nobody there, no such name, no TLS.
        case unreachable
        /// The connection ended before the answer did.
        case closed
        /// Nothing came in time.
        case timeout
        /// More came than is read.
        case tooLarge
        /// Something came that is no HTTP.
        case notHTTP
    }

    let kind: Kind
    /// One clause without a full stop: "the server closed the connection before it answered".
    let clause: String
}
