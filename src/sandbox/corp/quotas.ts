/** The platform's quotas for one corp. A tester may lower them to reach the limit in a test. */
export interface Quotas {
  /** Contact ways and join ways together (contract §6, O-99547). */
  ways: number;
  /** Users of one contact way, those of its departments included (contract §6). */
  usersOfWay: number;
  /** Acquisition links of the corp; the platform's own number is not in the documents (?). */
  acquisitionLinks: number;
  /** Staff of one acquisition link, those of its departments included (contract part 2 §5). */
  usersOfLink: number;
  /** Tags in the library (S, M 2026). */
  tags: number;
  /** Tags one staff member may put on one customer (O-92697). */
  tagsOnCustomer: number;
  /** Group welcomes (contract §7.2). */
  groupWelcomes: number;
  /** `media/uploadimg` (contract §1.3). */
  imagesPerDay: number;
  imagesPerMonth: number;
  /** Customers of one staff member; the platform's own number differs by corp (?). */
  customersOfStaff: number;
}

export const platformQuotas: Readonly<Quotas> = {
  ways: 500_000,
  usersOfWay: 100,
  acquisitionLinks: 100_000,
  usersOfLink: 500,
  tags: 10_000,
  tagsOnCustomer: 3_000,
  groupWelcomes: 100,
  imagesPerDay: 1_000,
  imagesPerMonth: 3_000,
  customersOfStaff: 50_000,
};
