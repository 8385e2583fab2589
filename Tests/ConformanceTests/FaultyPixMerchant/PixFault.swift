/// What a PIX merchant gets wrong.
enum PixFault: String, CaseIterable, Sendable {
    case refusesStandard, refusesArray, noBasePath, refusesUnknownMembers, wantsTexts, wantsThirtyTwo
    case wantsBareContentType
    case refundListCrashes, refundObjectCrashes, refundFailureCrashes, forcedRefundCrashes, refundFirstCrashes
    case secondIsConflict, races, duplicateInBatchCrashes, ignoresCase, secondPaymentRefused
    case takesFew, unknownSpoilsBatch, malformedSpoilsBatch, emptyCrashes
    case unknownRefused, noTxidCrashes, foreignKeyRefused, noKeyCrashes, otherAmountRefused
    case neverAsks, believesRightAmounts, remembersFailure
    case brokenJSONCrashes, emptyBodyCrashes, noListCrashes, deepCrashes, largeBodyStuns, brokenTextCrashes
    case oddTextCrashes, oddAmountCrashes, takesGet

    /// Whether a question that the run waits for never comes.
    var leavesWaiting: Bool {
        switch self {
        case .neverAsks, .believesRightAmounts, .remembersFailure: true
        default: false
        }
    }

    /// The scenarios that must find it.
    var finds: [String] {
        switch self {
        case .refusesStandard: ["notice-standard", "answers-after-everything"]
        case .refusesArray: ["notice-array", "notice-numbers", "refund-object", "batch-empty"]
        case .noBasePath: ["notice-base"]
        case .refusesUnknownMembers: ["notice-unknown-members"]
        case .wantsTexts: ["notice-numbers"]
        case .wantsThirtyTwo: ["notice-long-id"]
        case .wantsBareContentType: ["notice-charset"]
        case .refundListCrashes: ["refund-list"]
        case .refundObjectCrashes: ["refund-object"]
        case .refundFailureCrashes: ["refund-failed"]
        case .forcedRefundCrashes: ["refund-forced"]
        case .refundFirstCrashes: ["refund-first"]
        case .secondIsConflict: ["repeat-notice", "repeat-race", "refund-first", "batch-twice"]
        case .races: ["repeat-race"]
        case .duplicateInBatchCrashes: ["batch-twice"]
        case .ignoresCase: ["repeat-other-case"]
        case .secondPaymentRefused: ["repeat-second-payment"]
        case .takesFew: ["batch-many"]
        case .unknownSpoilsBatch: ["batch-with-unknown"]
        case .malformedSpoilsBatch: ["batch-with-malformed"]
        case .emptyCrashes: ["batch-empty"]
        case .unknownRefused: ["foreign-txid", "repeat-other-case", "body-large", "text-odd", "amount-odd"]
        case .noTxidCrashes: ["foreign-no-txid"]
        case .foreignKeyRefused: ["foreign-key"]
        case .noKeyCrashes: ["foreign-no-key", "foreign-no-txid"]
        case .otherAmountRefused: ["foreign-amount"]
        case .neverAsks: ["confirm-asks", "confirm-bank-down", "confirm-amount"]
        case .believesRightAmounts: ["confirm-asks", "confirm-amount"]
        case .remembersFailure: ["confirm-bank-down"]
        case .brokenJSONCrashes: ["body-broken"]
        case .emptyBodyCrashes: ["body-empty"]
        case .noListCrashes: ["body-no-list"]
        case .deepCrashes: ["body-deep"]
        case .largeBodyStuns: ["body-large", "answers-after-everything"]
        case .brokenTextCrashes: ["text-broken"]
        case .oddTextCrashes: ["text-odd"]
        case .oddAmountCrashes: ["amount-odd"]
        case .takesGet: ["method-get"]
        }
    }
}
