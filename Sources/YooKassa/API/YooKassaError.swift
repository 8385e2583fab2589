/// What became of a call to YooKassa.
///
/// Source: yookassa.md 16
public enum YooKassaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What YooKassa says of a call that it does not take.
    public struct Refusal: Sendable, Hashable {
        /// The HTTP status, 400 to 499.
        public let status: Int
        /// `invalid_request`, …; empty: none was given.
        public let code: String
        /// For people, in English; may be empty.
        public let detail: String
        /// The field or the header at fault.
        public let parameter: String?
        /// To be quoted to YooKassa's support.
        public let id: String?

        /// A refusal as YooKassa words it.
        public init(status: Int, code: String, detail: String = "", parameter: String? = nil, id: String? = nil) {
            self.status = status
            self.code = code
            self.detail = detail
            self.parameter = parameter
            self.id = id
        }
    }

    /// YooKassa answered no. Nothing happened.
    case refused(Refusal)
    /// The shop's id or its key is wrong, or the key was changed. Nothing happened.
    case unauthorized
    /// This shop has no such object.
    case notFound
    /// Too many calls, here or there. Nothing happened; not before that many milliseconds.
    case busy(milliseconds: Int64)
    /// No connection came about. Nothing happened.
    case notSent(String)
    /// No answer, a broken one, or a status from 500 on: it may have happened.
    case unknown(String)

    /// Whether it may have happened all the same.
    public var isUnknown: Bool { if case .unknown = self { true } else { false } }

    /// Whether the same call may simply be sent again, later.
    public var isPassing: Bool {
        switch self {
        case .busy, .notSent, .unknown, .unauthorized: true
        case .refused, .notFound: false
        }
    }

    /// One clause for the log and for notes, without secrets and without what was sent.
    public var description: String {
        switch self {
        case .refused(let refusal):
            "YooKassa refused the call: HTTP \(refusal.status) \(refusal.code)"
                + (refusal.parameter.map { ", at \($0)" } ?? "") + (refusal.id.map { ", error \($0)" } ?? "")
        case .unauthorized: "YooKassa does not take the shop's id and key"
        case .notFound: "YooKassa knows of no such object"
        case .busy(let milliseconds): "too many calls: not for \(milliseconds) ms"
        case .notSent(let cause): "YooKassa could not be asked: \(cause)"
        case .unknown(let cause): "it is not known whether YooKassa carried the call out: \(cause)"
        }
    }
}
