import "./review.js";
