/// What the harness tells the API that it plays.
enum YooKassaWord: String, CaseIterable, Sendable {
    /// The object of the step is in its books.
    case knows
    /// Answers 200 once somebody has asked for that object, or for a refund's payment, since it was last forgotten; 408
    /// if nobody does.
    case asked
    /// Forgets who has asked what.
    case forget
    /// Every call is answered 500 from now on.
    case fails
    /// 401.
    case refuses
    /// 429.
    case busy
    /// Not at all, as long as the harness waits for the endpoint.
    case hangs
    /// 200, with a page of HTML.
    case garbles
    /// As usual again, once a call has met what was wrong, or if none does in time.
    case up
    /// Answers 200 if no call since it was last forgotten went to a path that there is not, and 409 otherwise.
    case tidy
    /// Answers 200 once somebody has asked with the right credentials, 401 if it was with others, 408 if nobody does.
    case recognised

    /// Whether it is about an object.
    var needsObject: Bool { self == .knows || self == .asked }

    func sentence(of event: String?) -> String {
        switch self {
        case .knows: "(the API has what \(event ?? "") tells of)"
        case .asked: "(does the endpoint ask the API about \(event ?? "")?)"
        case .forget: "(the API forgets who has asked)"
        case .fails: "(the API answers 500)"
        case .refuses: "(the API answers 401)"
        case .busy: "(the API answers 429)"
        case .hangs: "(the API does not answer)"
        case .garbles: "(the API answers with a page of HTML)"
        case .up: "(the API is in order again)"
        case .tidy: "(has the endpoint called paths that the API does not have?)"
        case .recognised: "(does the endpoint ask with the shop's credentials?)"
        }
    }
}
