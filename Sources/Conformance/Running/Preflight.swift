import StrictJSON

/// Asks once whether there is something to test, so that a wrong URL or key does not look like a hundred misses.
struct Preflight {
    let recorder: ExchangeRecorder
    let credentials: Credentials
    let shownURL: String
    /// What the gateway answers to wrong credentials.
    let unauthorizedCode: Int64

    /// - Returns: the server's own name for itself, if it says one
    func run() async throws(ConformanceError) -> String? {
        let id = JSONValue.string(RandomID.hexadecimal(length: 24))
        let call: JSONValue = ["method": "CheckTransaction", "params": ["id": id], "id": 1]
        let request = WireRequest(
            method: "POST", headers: [Header("Content-Type", "application/json")],
            authorization: credentials.header(.valid), body: call.serialized())
        switch await recorder.send(request).outcome {
        case .failure(let failure):
            // A server that hangs or hangs up is there; the scenarios will show what it does.
            guard failure.kind == .unreachable else { return nil }
            throw ConformanceError(.unreachable, "Cannot reach \(shownURL): \(failure.clause).")
        case .answer(let answer):
            try check(answer)
            return answer.header("Server")
        }
    }

    private func check(_ answer: WireAnswer) throws(ConformanceError) {
        switch answer.status {
        case 301, 302, 303, 307, 308:
            let location = answer.header("Location").map { " to \($0)" } ?? ""
            throw ConformanceError(
                .notAnEndpoint, "\(shownURL) redirects\(location); Payme follows no redirects: give the last URL.")
        case 404:
            guard case .malformed = Answer(answer).content else { return }
            throw ConformanceError(.notAnEndpoint, "\(shownURL) answers HTTP 404: is the path right?")
        default: break
        }
        if case .error(unauthorizedCode, _) = Answer(answer).content {
            throw ConformanceError(
                .credentialsRefused,
                "\(shownURL) answers \(unauthorizedCode) to the login \(credentials.login) and the key that was given: "
                    + "give the ones it is set up with.")
        }
    }
}
