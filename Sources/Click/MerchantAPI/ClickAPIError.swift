/// What became of a call to Click's Merchant API.
public enum ClickAPIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Click answered no: `error_code` is not 0. Nothing happened.
    case refused(code: Int64, note: String)
    /// Click did not take the call: a status from 400 to 499. Nothing happened.
    case rejected(status: Int)
    /// No connection came about. Nothing happened.
    case notSent(String)
    /// No answer, a broken one, or a status from 500 on: it may have happened. Ask for the payment's status before
    /// anything is repeated.
    case unknown(String)

    /// Whether it may have happened all the same.
    public var isUnknown: Bool { if case .unknown = self { true } else { false } }

    /// One clause for the log, without secrets.
    public var description: String {
        switch self {
        case .refused(let code, let note): "Click refused the call: \(code), \(note)"
        case .rejected(let status): "Click did not take the call: HTTP \(status)"
        case .notSent(let cause): "no connection to Click: \(cause)"
        case .unknown(let cause): "it is not known whether Click carried the call out: \(cause)"
        }
    }
}
