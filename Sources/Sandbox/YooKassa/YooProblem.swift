import StrictJSON

/// The simulated YooKassa says no.
///
/// Source: yookassa.md 16.
struct YooProblem: Error {
    enum Code: String {
        case invalidRequest = "invalid_request"
        case invalidCredentials = "invalid_credentials"
        case forbidden
        case notFound = "not_found"
        case gone
        case tooManyRequests = "too_many_requests"
        case internalServerError = "internal_server_error"

        var status: Int {
            switch self {
            case .invalidRequest: 400
            case .invalidCredentials: 401
            case .forbidden: 403
            case .notFound: 404
            case .gone: 410
            case .tooManyRequests: 429
            case .internalServerError: 500
            }
        }

        init?(status: Int) {
            let all: [Code] = [
                .invalidRequest, .invalidCredentials, .forbidden, .notFound, .gone, .tooManyRequests,
                .internalServerError,
            ]
            guard let code = all.first(where: { $0.status == status }) else { return nil }
            self = code
        }
    }

    let status: Int
    /// nil: the status has none, as 405 and 415.
    let code: Code?
    let description: String
    /// The field or header at fault.
    var parameter: String?
    /// Milliseconds.
    var retryAfter: Int64?

    init(_ code: Code, _ description: String, at parameter: String? = nil) {
        self.init(status: code.status, code: code, description, at: parameter)
    }

    init(status: Int, code: Code? = nil, _ description: String, at parameter: String? = nil) {
        self.status = status
        self.code = code
        self.description = description
        self.parameter = parameter
    }

    /// What a status is answered with when nothing is known but the status.
    init(status: Int) {
        self.init(status: status, code: Code(status: status), Self.text(status))
    }

    /// What a caller sent is wrong.
    static func wrong(_ parameter: String, _ description: String) -> YooProblem {
        YooProblem(.invalidRequest, description, at: parameter)
    }

    /// - Parameter id: to quote to the support.
    func reply(id: String) -> YooReply {
        var object: JSONObject = ["type": status == 202 ? "processing" : "error", "id": .string(id)]
        if let code { object["code"] = .string(code.rawValue) }
        object["description"] = .string(description)
        if let parameter { object["parameter"] = .string(parameter) }
        if let retryAfter { object["retry_after"] = .integer(retryAfter) }
        return YooReply(status, .object(object))
    }

    private static func text(_ status: Int) -> String {
        switch status {
        case 400: "The request is wrong"
        case 401: "Error in shopId or secret key. Check their validity. You can reissue the key in the Merchant Profile"
        case 403: "The shop has no right to do this"
        case 404: "There is no such object"
        case 405: "The method is not allowed here"
        case 410: "The object was deleted"
        case 415: "The Content-Type must be application/json"
        case 429: "Too many requests"
        default: "The result is unknown. Repeat the request later with the same idempotence key"
        }
    }
}
